// `make demo`: the whole main job. A thousand people are enrolled in the real sequence of sixty steps, the clock goes through its ninety days,
// simulated recipients open, click, unsubscribe and bounce through the real endpoints, and the ledger has to balance.
//
//   node tools/demo.ts [--people 1000] [--worker release|dev]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { loadCampaign, readSequence } from '../seed/campaign.ts';
import { DEMO_NOW } from '../seed/clock.ts';
import { demoRows } from '../seed/demo.ts';
import { toSql } from '../seed/sql.ts';
import { isBalanced } from '../tests/support/campaign.ts';
import type { Ledger } from '../tests/support/campaign.ts';
import { ROOT } from '../tests/support/paths.ts';
import { startPlatform } from '../tests/support/platform.ts';
import { startSesStandIn, startSnsStandIn } from '../tests/support/ses/index.ts';
import { until } from '../tests/support/wait.ts';
import { days } from './demo/calendar.ts';
import { Recipients } from './demo/recipients.ts';
import { Screen, table } from './demo/screen.ts';

const MOST_SECONDS = 300;
/** Somebody who can never be written to would make this go on for ever. */
const MOST_DAYS = 150;

const { values: options } = parseArgs({
  options: { people: { type: 'string', default: '1000' }, worker: { type: 'string', default: existsSync(join(ROOT, 'build/release/.made-from')) ? 'release' : 'dev' } },
});
const PEOPLE = Number(options.people);

const seconds = (): number => performance.now() / 1_000;
const screen = new Screen();
const sns = await startSnsStandIn();
// Bodies are read when a message is accepted and not again.
const ses = await startSesStandIn({ keepBodies: 100, verifySignature: 'sample' });
const platform = await startPlatform({
  engine: 'd1',
  worker: options.worker as 'release' | 'dev',
  ses,
  direct: true,
  tenant: false,
  vars: { SNS_TOPIC_ARNS: sns.topicArn, SNS_CERTIFICATE_ORIGIN: sns.url },
});
const recipients = new Recipients(platform.directUrl, sns);
let now = DEMO_NOW;
ses.onAccepted = (messages) => messages.forEach((message) => recipients.receive(message, now));

let wrong: string[];
try {
  await setUp();
  wrong = await conclude(await run());
} catch (error) {
  screen.end();
  for (const { level, message } of platform.logs.slice(-20)) console.error(`${level} ${message}`);
  console.error(error);
  wrong = ['it did not come to its end'];
}
recipients.close();
await platform.dispose();
await Promise.all([ses.close(), sns.close()]);
process.exit(wrong.length === 0 ? 0 : 1);

/** Demo data, campaign, subscription to SES's events, enrolment. */
async function setUp(): Promise<void> {
  await platform.clock.set(DEMO_NOW);
  for (const statement of toSql(peopleWithEmail(), 'd1')) await platform.sql(statement);
  const webhook = `${platform.directUrl}/webhooks/ses`;
  await sns.subscribe(webhook);
  await sns.waitForConfirmation(webhook);
  const { sequenceId } = await loadCampaign((method, path, body) => platform.data(method, path, body));
  await platform.data('POST', `/api/v1/sequences/${sequenceId}/activate`);
  let job = await platform.data('POST', `/api/v1/sequences/${sequenceId}/enrolments`, { filter: {} });
  while (job.status === 'running') {
    await platform.cron();
    job = await platform.data('GET', `/api/v1/enrolment-jobs/${job.id}`);
  }
  screen.say(`${job.enrolled} people are enrolled in ${readSequence().steps.length} steps (the ${options.worker} build, ${seconds().toFixed(0)} s so far)`);
  if (job.enrolled !== PEOPLE) throw new Error(`${job.enrolled} people were enrolled instead of ${PEOPLE}`);
}

/** The demo's people as far as they have an email address: as many as were asked for. */
function peopleWithEmail() {
  const rows = demoRows({ people: Math.ceil(PEOPLE * 1.1) });
  return { ...rows, people: rows.people.filter(({ email }) => email).slice(0, PEOPLE) };
}

/** Goes through the days until nobody is under way and nothing waits for its hour any more; gives the sequence's id. */
async function run(): Promise<string> {
  const [sequence] = await platform.data('GET', '/api/v1/sequences');
  for (const day of days(DEMO_NOW)) {
    for (const stop of day.stops) {
      now = await platform.clock.set(stop);
      await platform.cron();
      await untilSent();
      await recipients.act(now);
      screen.progress({ day: day.number, date: day.date, sent: ses.mailbox.count, ...recipients.done });
      if (seconds() > MOST_SECONDS) throw new Error(`not through after ${MOST_SECONDS} s`);
    }
    await untilApplied();
    if ((await count("enrolments WHERE status = 'active'")) + (await count('send_batches')) === 0) break;
    if (day.number > MOST_DAYS) throw new Error(`enrolments are under way still after ${MOST_DAYS} days`);
  }
  screen.end();
  return sequence.id;
}

/** A batch's row goes when its outcomes are saved; those that wait for a later hour may stay. */
async function untilSent(): Promise<void> {
  const waiting = async () => (await count(`send_batches WHERE not_before <= ${now + 1_000}`)) === 0;
  await until(waiting, { what: 'all that is due is sent' });
}

/** Every request for a pixel or a link, and every event of SES, has arrived in the database. */
async function untilApplied(): Promise<void> {
  const { bounces, complaints } = recipients.done;
  await until(async () => (await count('tracking_events')) === recipients.facts, { what: `${recipients.facts} opens and clicks are applied` });
  await until(async () => (await count('provider_events')) === bounces + complaints, { what: `${bounces + complaints} receipts are applied` });
}

async function count(what: string): Promise<number> {
  const [row] = await platform.sql(`SELECT COUNT(*) AS n FROM ${what}`);
  return Number(row?.['n']);
}

/** Prints what became of it all; gives what is wrong with it. */
async function conclude(sequence: string): Promise<string[]> {
  const { total, by_step } = await platform.data<{ total: Ledger; by_step: (Ledger & { step_number: number })[] }>('GET', `/api/v1/sequences/${sequence}/ledger`);
  const { steps } = readSequence() as unknown as { steps: { step_number: number; campaign_id: string; day_offset: number }[] };
  const lines = by_step.flatMap((sums) => {
    const step = steps.find(({ step_number }) => step_number === sums.step_number);
    return step ? [{ ...sums, step: step.step_number, campaign_id: step.campaign_id, day: step.day_offset }] : [];
  });
  const duplicates = ses.mailbox.duplicates('send_id').length + recipients.repeated;
  const balanced = isBalanced(total) && total.sent === ses.mailbox.count;
  const wrong = [
    ...(balanced ? [] : [`the ledger says ${total.sent} sent, the stand-in accepted ${ses.mailbox.count}`]),
    ...(total.pending === 0 ? [] : [`${total.pending} sends are pending still`]),
    ...(duplicates === 0 ? [] : [`${duplicates} messages went out twice`]),
    ...(lines.length >= 60 ? [] : [`${lines.length} steps were reached instead of 60`]),
    ...(seconds() <= MOST_SECONDS ? [] : [`it took longer than ${MOST_SECONDS} s`]),
  ];
  console.log(table(lines));
  await tellReactions();
  console.log(`took ${seconds().toFixed(0)} s`);
  for (const complaint of wrong) console.log(`wrong: ${complaint}`);
  const sums = (['planned', 'sent', 'skipped', 'failed', 'unknown', 'pending'] as const).map((name) => `${name}=${total[name]}`);
  console.log(`ledger ${sums.join(' ')} duplicates=${duplicates} balanced=${balanced}`);
  return wrong;
}

/** The verdicts on opens and clicks, and why ledger rows were skipped and enrolments ended. */
async function tellReactions(): Promise<void> {
  const tell = async (what: string, query: string): Promise<void> => {
    const rows = await platform.sql(query);
    console.log(`${what}: ${rows.map(({ name, n }) => `${name} ${n}`).join(', ') || 'none'}`);
  };
  console.log();
  await tell('verdicts', "SELECT kind || ' by ' || verdict AS name, COUNT(*) AS n FROM tracking_events GROUP BY kind, verdict ORDER BY n DESC");
  await tell('skipped because', "SELECT failure_reason AS name, COUNT(*) AS n FROM send_log WHERE status = 'skipped' GROUP BY failure_reason ORDER BY n DESC");
  await tell('enrolments', "SELECT status || COALESCE(' (' || status_reason || ')', '') AS name, COUNT(*) AS n FROM enrolments GROUP BY status, status_reason ORDER BY n DESC");
}
