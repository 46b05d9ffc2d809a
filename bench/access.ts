// `make bench-api`: what it costs to know who reads, whether they may, and to put it on record.
//
//   node bench/access.ts [--seconds 4] [--rounds 5] [--engine d1]
//
// The same read of a person, once over the API with an API key (authenticated, counted, permission-checked, audited) and once
// bare, over a route that exists outside production only. Both on the same runtime, reached without any proxy; the rounds
// alternate, and the figure is the median of their ratios: how many times longer the guarded read takes.
import { parseArgs } from 'node:util';

import { makePeople } from '../tests/support/campaign.ts';
import { startPlatform } from '../tests/support/platform.ts';
import type { EngineName } from '../tests/support/platform.ts';
import { requestsIn } from './pixel/load.ts';
import { median, progress, report } from './support/report.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    engine: { type: 'string', default: 'd1' },
    worker: { type: 'string', default: 'release' },
  },
});
const SECONDS = Number(options.seconds);

await using platform = await startPlatform({
  engine: options.engine as EngineName,
  worker: options.worker as 'release' | 'dev',
  direct: true,
  queueTimeout: null,
});
// The load generator counts bytes, so that all answers have to be of one length: two digits in each address.
const people = (await makePeople(platform, 50)).people.slice(10);
const { key } = await platform.data('POST', '/api/v1/api-keys', { name: 'Bench', scopes: ['people:read'] });
const requests = (path: string, headers = ''): Buffer[] =>
  people.map(({ id }) => Buffer.from(`GET ${path}/${id} HTTP/1.1\r\nhost: localhost\r\ncf-connecting-ip: 203.0.113.9\r\n${headers}\r\n`));
const guarded = requests('/api/v1/people', `authorization: Bearer ${key}\r\n`);
const bare = requests('/dev/bare/people');

const rates: [number[], number[]] = [[], []];
for (const list of [guarded, bare]) await requestsIn(2_000, platform.directUrl, list);
for (let round = 1; round <= Number(options.rounds); round++) {
  for (const [index, list] of [guarded, bare].entries()) {
    rates[index]!.push((await requestsIn(SECONDS * 1_000, platform.directUrl, list)) / SECONDS);
  }
  progress(`round ${round}: ${rates.map((of) => of.at(-1)!.toFixed(0)).join(' / ')} reads a second (guarded / bare)`);
}
const [first] = await platform.sql<{ n: number }>("SELECT COUNT(*) AS n FROM audit_log WHERE action = 'getPerson'");
if (!first?.n) throw new Error('no read is on record');
report(
  {
    guarded_reads_per_second: median(rates[0]),
    bare_reads_per_second: median(rates[1]),
    auth_overhead_ratio: median(rates[1].map((rate, round) => rate / rates[0][round]!)),
  },
  { auth_overhead_ratio: { atMost: 1.5 } },
);
