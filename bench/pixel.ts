// `make bench-pixel`: tracking pixels a second, ours against a plain JavaScript Worker that does the same work.
//
//   node bench/pixel.ts [--seconds 4] [--rounds 5]
//
// Both run on the bare runtime, reached without any proxy, with a queue whose consumer throws everything away. The rounds
// alternate, so that whatever else the machine does hits both; the figure is the median of the rounds' ratios.
import { createHmac, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

import { Miniflare } from 'miniflare';

import { workerOptions } from '../tests/support/worker.ts';
import type { RuntimeOptions, WorkerSource } from '../tests/support/worker.ts';
import { requestsIn } from './pixel/load.ts';
import { paths } from './pixel/paths.ts';
import { median, progress, report } from './support/report.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '5' } },
});
const SECONDS = Number(options.seconds);
const ROUNDS = Number(options.rounds);
const SECRET = randomBytes(32);
const NULL_CONSUMER = 'export default { async queue() {}, async fetch() { return new Response(null); } }';

/** Different messages, so that nothing can remember one. */
const TOKENS = Array.from({ length: 256 }, () => {
  const signed = Buffer.concat([Buffer.from([1, 1]), randomBytes(16), randomBytes(16)]);
  const signature = createHmac('sha256', SECRET).update(signed).digest().subarray(0, 12);
  return Buffer.concat([signed, signature]).toString('base64url');
});
const REQUESTS = TOKENS.map((token) =>
  Buffer.from(
    `GET /t/o/${token}.gif HTTP/1.1\r\nhost: localhost\r\nuser-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15\r\naccept: image/*\r\n\r\n`,
  ),
);

async function start(source: WorkerSource, vars: Record<string, string> = {}): Promise<{ runtime: Miniflare; origin: string }> {
  const worker = workerOptions({
    source,
    vars: {
      ENVIRONMENT: 'production',
      PUBLIC_URL: 'http://localhost',
      API_KEY: randomBytes(24).toString('hex'),
      API_KEY_TENANT_ID: '01900000-0000-7000-8000-000000000001',
      TRACKING_KEYS: `1:${SECRET.toString('hex')}`,
      AUDIT_KEY: randomBytes(32).toString('hex'),
      SESSION_KEY: randomBytes(32).toString('hex'),
      EMAIL_PROVIDER: 'outbox',
      ...vars,
    },
  });
  const runtime = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    workers: [
      { ...worker, queueConsumers: {}, unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] },
      { name: 'nobody', modules: true, script: NULL_CONSUMER, queueConsumers: { tracking: { maxBatchSize: 100, maxBatchTimeout: 1 } } },
    ],
  } as unknown as RuntimeOptions);
  await runtime.ready;
  return { runtime, origin: (await runtime.unsafeGetDirectURL(worker.name)).origin };
}

const ours = await start('release');
const plain = await start({ script: paths.plainWorker });
const unverified = await start({ script: paths.plainWorker }, { VERIFY: 'no' });
const contestants = [ours, plain, unverified];
const rates: number[][] = [[], [], []];
try {
  for (const { origin } of contestants) await requestsIn(2_000, origin, REQUESTS);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [index, { origin }] of contestants.entries()) {
      rates[index]!.push((await requestsIn(SECONDS * 1_000, origin, REQUESTS)) / SECONDS);
    }
    progress(`round ${round}: ${rates.map((of) => of.at(-1)!.toFixed(0)).join(' / ')} requests a second (ours / plain / plain without verification)`);
  }
} finally {
  for (const { runtime } of contestants) await runtime.dispose();
}
const ratios = (to: number): number => median(rates[0]!.map((rate, round) => rate / rates[to]![round]!));
report(
  {
    pixel_requests_per_second: median(rates[0]!),
    plain_requests_per_second: median(rates[1]!),
    pixel_ratio_without_verification: ratios(2),
    pixel_ratio: ratios(1),
  },
  { pixel_ratio: { atLeast: 0.9 } },
);
