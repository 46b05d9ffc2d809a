// `make bench-send`: sends a second, from the tick that finds them due until the last outcome is saved.
//
//   node bench/send.ts [--people 20000] [--engine d1|postgres] [--worker release|dev] [--queue-timeout 0]
//
// Each engine makes two runs with the same people: the sequence's first step against a stand-in that answers at once, its
// second against one that takes 20 ms. A third step, long after, is there so that planning has to work out how an enrolment goes on.
// Rows are counted in the first run, queue messages in the second, because counting those writes rows.
import { parseArgs } from 'node:util';

import { TENANT_ID } from '../seed/tenant.ts';
import { isBalanced, ledger } from '../tests/support/campaign.ts';
import { startPlatform } from '../tests/support/platform.ts';
import type { EngineName, Platform } from '../tests/support/platform.ts';
import { startCluster } from '../tests/support/postgres.ts';
import { until } from '../tests/support/wait.ts';
import { enrolAll, startSequence, untilSaved } from './support/campaign.ts';
import { addPeople, analyze } from './support/people.ts';
import { progress, report } from './support/report.ts';
import type { Figures, Threshold } from './support/report.ts';
import { startStandInProcess } from './support/stand_in.ts';
import type { StandInProcess } from './support/stand_in.ts';
import { countBatches, difference, usage } from './support/usage.ts';

const { values: options } = parseArgs({
  options: {
    people: { type: 'string', default: '20000' },
    engine: { type: 'string', multiple: true, default: ['d1', 'postgres'] },
    worker: { type: 'string', default: 'release' },
    /** Seconds the consumer waits for its batch to fill; wrangler.toml's own unless said. */
    'queue-timeout': { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const PEOPLE = Number(options.people);
const SECOND_ANSWER_MS = 20;
/** After the enrolment and before the first step. */
const START = Date.UTC(2026, 2, 2, 15);
const DAYS = [3, 10, 60] as const;

const figures: Figures = {};
for (const engine of options.engine) await measure(engine as EngineName, figures);
const wanted: Record<string, Threshold> = {
  sends_per_second_d1: { atLeast: 600 },
  sends_per_second_postgres: { atLeast: 400 },
  queue_messages_per_send: { atMost: 0.05 },
  queue_messages_per_send_postgres: { atMost: 0.05 },
  rows_written_per_send: { atMost: 8 },
  rows_written_per_send_postgres: { atMost: 8 },
};
report(figures, Object.fromEntries(Object.entries(wanted).filter(([name]) => name in figures)));
process.exit();

async function measure(engine: EngineName, figures: Figures): Promise<void> {
  // Postgres keeps its promise here: a commit is on disk when it says so.
  const cluster = engine === 'postgres' ? await startCluster({ durable: true }) : undefined;
  await using _ = { [Symbol.asyncDispose]: async () => cluster?.stop() };
  await using standIn = await startStandInProcess();
  await using platform = await startPlatform({
    engine,
    ...(cluster ? { cluster } : {}),
    worker: options.worker as 'dev' | 'release',
    ses: standIn,
    queueTimeout: options['queue-timeout'] === undefined ? null : Number(options['queue-timeout']),
    vars: { PLANNER_SENDS_PER_TICK: String(Math.max(PEOPLE, 20_000)) },
    tenant: { id: TENANT_ID },
    verbose: options.verbose,
  });
  await platform.clock.set(START);
  progress(`${engine}: ${PEOPLE} people`);
  await addPeople(platform, 0, PEOPLE);
  await analyze(platform);
  const sequence = await startSequence(platform, DAYS);
  await enrolAll(platform, sequence);

  const before = await usage(platform);
  const atOnce = await run(platform, standIn, sequence, 0);
  const rows = difference(before, await usage(platform));

  await standIn.setLatency(SECOND_ANSWER_MS);
  const batches = await countBatches(platform);
  const later = await run(platform, standIn, sequence, 1);

  const suffix = engine === 'd1' ? '' : '_postgres';
  figures[`sends_per_second_${engine}`] = atOnce;
  figures[`sends_per_second_${engine}_${SECOND_ANSWER_MS}ms`] = later;
  figures[`queue_messages_per_send${suffix}`] = (await batches()) / PEOPLE;
  figures[`rows_written_per_send${suffix}`] = rows.written / PEOPLE;
  figures[`rows_read_per_send${suffix}`] = rows.read / PEOPLE;
  if (rows.statements !== undefined) figures[`statements_per_send${suffix}`] = rows.statements / PEOPLE;
}

/** Sends a step to everybody; gives sends a second. */
async function run(platform: Platform, standIn: StandInProcess, sequence: string, step: 0 | 1): Promise<number> {
  // All of a day's sends are due once the day has passed in every zone.
  await platform.clock.set(START + (DAYS[step] + 1) * 86_400_000);
  const goal = PEOPLE * (step + 1);
  const began = performance.now();
  await platform.cron();
  const planned = performance.now();
  await until(async () => (await standIn.accepted()) >= goal, { what: `${goal} messages are accepted`, timeout: 300_000 });
  await untilSaved(platform);
  const seconds = (performance.now() - began) / 1_000;
  await verify(platform, standIn, sequence, goal);
  const planning = ((planned - began) / 1_000).toFixed(2);
  progress(`${platform.engine}: step ${step + 1}: ${PEOPLE} sends in ${seconds.toFixed(2)} s, the tick took ${planning} s`);
  return PEOPLE / seconds;
}

async function verify(platform: Platform, standIn: StandInProcess, sequence: string, goal: number): Promise<void> {
  const total = await ledger(platform, sequence);
  const { accepted, duplicates, requests } = await standIn.summary();
  if (total.sent !== goal || !isBalanced(total) || accepted !== goal || duplicates !== 0) {
    throw new Error(`wrong: ledger ${JSON.stringify(total)}, accepted ${accepted} in ${requests} requests, duplicates ${duplicates}`);
  }
}
