// `make bench-growth`: rows that D1 reads for a send, with a million people against ten thousand.
//
//   node bench/growth.ts [--small 10000] [--large 1000000] [--due 2000]
//
// Both databases hold businesses, people and enrolments; the same number of enrolments is due in each, the others wait. If the
// engine only ever walks indexes, the figure does not depend on how many there are.
import { parseArgs } from 'node:util';

import { TENANT_ID } from '../seed/tenant.ts';
import { ledger } from '../tests/support/campaign.ts';
import { startPlatform } from '../tests/support/platform.ts';
import type { Platform } from '../tests/support/platform.ts';
import { startSequence, untilSaved } from './support/campaign.ts';
import { addPeople, range, uuid, zoneOf } from './support/people.ts';
import { progress, report } from './support/report.ts';
import { startStandInProcess } from './support/stand_in.ts';

const { values: options } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    due: { type: 'string', default: '2000' },
    worker: { type: 'string', default: 'release' },
  },
});
const DUE = Number(options.due);

const DAY = 86_400_000;

/** Rows read for one send among that many people. */
async function rowsReadPerSend(people: number): Promise<number> {
  await using ses = await startStandInProcess();
  await using platform = await startPlatform({
    engine: 'd1',
    worker: options.worker as 'release' | 'dev',
    ses,
    vars: { PLANNER_SENDS_PER_TICK: '100000' },
  });
  const sequence = await startSequence(platform, [1, 60]);
  await addPeople(platform, 0, people);
  await enrol(platform, sequence, people);
  const held = await platform.sql<{ people: number; enrolments: number }>(
    'SELECT (SELECT COUNT(*) FROM people) AS people, (SELECT COUNT(*) FROM enrolments) AS enrolments',
  );
  if (held[0]?.people !== people || held[0].enrolments !== people) throw new Error(`the database holds ${JSON.stringify(held)}`);
  progress(`${people} people are enrolled, ${DUE} are due`);
  const before = await platform.metrics();
  await platform.cron();
  await untilSaved(platform);
  const after = await platform.metrics();
  const total = await ledger(platform, sequence);
  if (total.sent !== DUE || total.pending !== 0) throw new Error(`the ledger says ${JSON.stringify(total)}`);
  return (after.rows_read - before.rows_read) / DUE;
}

/** Everybody; the first `DUE` have a step due now, the others in thirty days. */
async function enrol(platform: Platform, sequence: string, people: number): Promise<void> {
  const now = await platform.clock.get();
  await range(platform, 0, people, (n) => [
    `enrolments (tenant_id, id, sequence_id, version, person_id, business_id, timezone, sequence_started_at, next_send_at, created_at, updated_at)`,
    `SELECT '${TENANT_ID}', ${uuid(n)}, '${sequence}', 1, ${uuid(n)}, ${uuid(`${n} / 4`)}, ${zoneOf(`${n} / 4`)},
            ${now - DAY}, CASE WHEN ${n} < ${DUE} THEN ${now - 60_000} ELSE ${now + 30 * DAY} END, ${now - DAY}, ${now - DAY}`,
  ]);
}

const small = await rowsReadPerSend(Number(options.small));
const large = await rowsReadPerSend(Number(options.large));
report(
  {
    [`rows_read_per_send_${options.small}`]: small,
    [`rows_read_per_send_${options.large}`]: large,
    growth_ratio: large / small,
  },
  { growth_ratio: { atMost: 1.15 } },
);
