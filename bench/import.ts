// `make bench-import`: rows a second from the start of an import until its last row is in, and the memory that the runtime takes
// for it.
//
//   node bench/import.ts [--rows 200000] [--engine d1|postgres] [--worker release|dev] [--verbose]
//
// Each row is a business with one contact. Every engine takes the file twice: the second time changes nothing. A third of the way
// through, the runtime is killed once; what it had done is counted then, and the clock goes on for that long.
//
// `isolate_peak_mb` is what the Worker's WebAssembly memory grew to, which the Worker itself tells outside production: a module's
// memory never shrinks, so that its size at the end is its peak. `runtime_growth_mb` is by how much workerd's resident memory grew,
// the database, the queues and the files of Miniflare included.
import { parseArgs } from 'node:util';

import { startPlatform } from '../tests/support/platform.ts';
import type { EngineName, Platform } from '../tests/support/platform.ts';
import { startCluster } from '../tests/support/postgres.ts';
import { until } from '../tests/support/wait.ts';
import { progress, report } from './support/report.ts';
import type { Figures, Threshold } from './support/report.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    engine: { type: 'string', multiple: true, default: ['d1', 'postgres'] },
    worker: { type: 'string', default: 'release' },
    verbose: { type: 'boolean', default: false },
  },
});
const ROWS = Number(options.rows);
const HEADER = 'Company,Phone,Email,Website,Street,City,State,ZIP,Contact First Name,Contact Last Name,Contact Email\n';

const figures: Figures = {};
const wanted: Record<string, Threshold> = {};
for (const engine of options.engine) await measure(engine as EngineName);
report(figures, wanted);
process.exit();

function file(): ReadableStream<Uint8Array<ArrayBuffer>> {
  const lines = function* () {
    yield HEADER;
    for (let from = 0; from < ROWS; from += 1_000) {
      let text = '';
      for (let n = from; n < Math.min(from + 1_000, ROWS); n++) {
        const digits = String(n).padStart(7, '0');
        text += `Harbor Bakery No. ${n},(7${digits.slice(0, 2)}) ${digits.slice(2, 5)}-${digits.slice(5)}${digits.slice(0, 2)},info@bakery${n}.example,https://www.bakery${n}.example,${n} Harbor Street,Clearwater,FL,337${String(n % 90 + 10)},Robin,Reed,robin@bakery${n}.example\n`;
      }
      yield text;
    }
  };
  return ReadableStream.from(lines()).pipeThrough(new TextEncoderStream()) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

async function measure(engine: EngineName): Promise<void> {
  const cluster = engine === 'postgres' ? await startCluster({ durable: true }) : undefined;
  await using _ = { [Symbol.asyncDispose]: async () => cluster?.stop() };
  await using platform = await startPlatform({
    engine,
    ...(cluster ? { cluster } : {}),
    worker: options.worker as 'dev' | 'release',
    queueTimeout: null,
    verbose: options.verbose,
  });
  await platform.data('POST', '/api/v1/communities', { name: 'Clearwater', state: 'FL', timezone: 'America/New_York' });
  let highest = 0;
  const before = platform.memory();
  const watch = setInterval(() => (highest = Math.max(highest, resident(platform))), 200);

  const seconds = await take(platform, true);
  await verify(platform);
  const { wasm_memory_bytes: memory } = await platform.metrics();
  const again = await take(platform, false);
  await verify(platform);
  clearInterval(watch);
  const suffix = engine === 'd1' ? '' : '_postgres';
  figures[`rows_per_second_${engine}`] = ROWS / seconds;
  figures[`rows_per_second_again_${engine}`] = ROWS / again;
  figures[`isolate_peak_mb${suffix}`] = memory / 1e6;
  figures[`runtime_growth_mb${suffix}`] = (highest - before) / 1e6;
  wanted[`rows_per_second_${engine}`] = { atLeast: 3_000 };
  wanted[`isolate_peak_mb${suffix}`] = { atMost: 128 };
}

/** The runtime's memory, in bytes; nothing while it is killed. */
function resident(platform: Platform): number {
  try {
    return platform.memory();
  } catch {
    return 0;
  }
}

/** Takes the file in; gives the seconds it took. */
async function take(platform: Platform, first: boolean): Promise<number> {
  const import_ = await platform.upload('/api/v1/imports?name=Bench', file());
  const path = `/api/v1/imports/${import_.id}`;
  await platform.data('PUT', `${path}/mapping`, { ...import_.mapping, defaults: { community_id: 'clearwater' } });
  let began = performance.now();
  await platform.data('POST', `${path}/start`);
  let spent = 0;
  let ticking: Promise<void> | undefined;
  if (first) {
    const [row] = await until(
      async () => {
        const rows = await platform.peek<{ rows_done: number }>('SELECT rows_done FROM imports WHERE id = ?1', import_.id);
        return rows[0]!.rows_done >= ROWS / 3 && rows;
      },
      { what: 'a third of it is in', timeout: 600_000 },
    );
    spent = performance.now() - began;
    await platform.kill();
    const [held] = await platform.sql<{ n: number; done: number }>('SELECT (SELECT COUNT(*) FROM businesses) AS n, (SELECT rows_done FROM imports WHERE id = ?1) AS done', import_.id);
    if (held!.n !== held!.done) throw new Error(`${held!.n} businesses, and ${held!.done} rows counted`);
    progress(`${platform.engine}: killed after ${row!.rows_done} rows`);
    // The import goes on while the tick sees to other things, so that the tick counts, too.
    began = performance.now();
    await platform.clock.advance(600_000);
    ticking = platform.cron();
  }
  const done = await until(
    async () => {
      const found = await platform.data('GET', path);
      return ['done', 'failed'].includes(found.status) && found;
    },
    { what: 'the import is through', timeout: 900_000 },
  );
  const seconds = (performance.now() - began + spent) / 1_000;
  await ticking;
  const expected = first ? { created: ROWS, unchanged: 0 } : { created: 0, unchanged: ROWS };
  if (done.status !== 'done' || done.created !== expected.created || done.unchanged !== expected.unchanged || done.refused !== 0) {
    throw new Error(`wrong: ${JSON.stringify(done)}`);
  }
  progress(`${platform.engine}: ${ROWS} rows in ${seconds.toFixed(1)} s`);
  return seconds;
}

async function verify(platform: Platform): Promise<void> {
  const [held] = await platform.sql<{ businesses: number; people: number }>('SELECT (SELECT COUNT(*) FROM businesses) AS businesses, (SELECT COUNT(*) FROM people) AS people');
  if (held!.businesses !== ROWS || held!.people !== ROWS) throw new Error(`the database holds ${JSON.stringify(held)}`);
}
