// `make audit-verify`: whether one altered, one removed and two swapped entries are found in a log of 10,000.
//
//   node tools/audit-verify.ts [--entries 10000] [--engine d1|postgres]
//   node tools/audit-verify.ts --url https://operations.example.com --key fib_live_… [--known SEQUENCE:HASH]
//
// Without --url it starts the platform in isolation, has it chain that many entries, verifies them, and then does what an
// intruder with the database could do. With --url it verifies a running platform's log for the tenant of the key, and prints
// the log's end. Who keeps that can give it as --known later: an older state that was put back does not have that entry.
import { parseArgs } from 'node:util';

import { alter, chained, dropTriggers, entry, remove, send, swap, verify } from '../tests/support/audit.ts';
import type { Problem, Report } from '../tests/support/audit.ts';
import { startPlatform } from '../tests/support/platform.ts';
import type { EngineName } from '../tests/support/platform.ts';

const { values: options } = parseArgs({
  options: {
    entries: { type: 'string', default: '10000' },
    engine: { type: 'string', default: 'd1' },
    worker: { type: 'string', default: 'dev' },
    url: { type: 'string' },
    key: { type: 'string' },
    known: { type: 'string' },
  },
});

type Figures = Record<string, number>;

async function tamperAndFind(count: number): Promise<Figures> {
  await using platform = await startPlatform({ engine: options.engine as EngineName, worker: options.worker as 'dev' | 'release' });
  const ask = (from: number) => platform.data<Report>('POST', '/api/v1/audit-log/verify', { from_sequence: from });
  const start = Date.now() - count * 1_000;
  const entries = Array.from({ length: count }, (_, index) => entry(platform.tenantId, start + index * 1_000));
  const chaining = performance.now();
  await send(platform, entries);
  await chained(platform, count, platform.tenantId, 300_000);
  const verifying = performance.now();
  const clean = await verify(ask);
  const end = performance.now();

  const [altered, removed, one, other] = [0.25, 0.5, 0.1, 0.9].map((part) => Math.floor(count * part)) as [number, number, number, number];
  await dropTriggers(platform);
  await alter(platform, altered);
  await remove(platform, removed);
  await swap(platform, one, other);
  const { problems } = await verify(ask);
  const found = (kind: Problem['kind'], ...places: number[]) =>
    Number(places.every((place) => problems.filter((problem) => problem.kind === kind && problem.sequence === place).length === 1));
  const figures = {
    entries: clean.checked,
    problems_before: clean.problems.length,
    found_altered: found('altered', altered),
    found_removed: found('missing', removed),
    found_swapped: found('reordered', one, other),
    problems_after: problems.length,
    chain_ms: Math.round(verifying - chaining),
    verify_ms: Math.round(end - verifying),
  };
  const wanted: Figures = { entries: count, problems_before: 0, found_altered: 1, found_removed: 1, found_swapped: 1, problems_after: 4 };
  for (const [name, value] of Object.entries(wanted)) {
    if (figures[name as keyof typeof figures] !== value) fail(`${name} should be ${value}`);
  }
  if (process.exitCode) for (const problem of problems) console.error(JSON.stringify(problem));
  return figures;
}

async function verifyRunning(url: string, key: string): Promise<Figures> {
  const [sequence, hash] = options.known?.split(':') ?? [];
  const known = sequence && hash ? { sequence: Number(sequence), hash } : undefined;
  const { checked, problems } = await verify(async (from) => {
    // The first call alone asks for the known entry.
    const response = await askPatiently(url, key, { from_sequence: from, known: from === 1 ? known : undefined });
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    const report = ((await response.json()) as { data: Report }).data;
    if (report.complete && report.head) console.log(`head=${report.head.sequence}:${report.head.hash}`);
    return report;
  });
  for (const { kind, sequence, count, entry_id } of problems) {
    console.error(`${kind} at ${sequence}${count > 1 ? `, ${count} in a row` : ''}${entry_id ? ` (entry ${entry_id})` : ''}`);
  }
  if (problems.length > 0) fail('the log is not as it was written');
  return { entries: checked, problems: problems.length };
}

/** A log of millions takes more calls than one minute allows. */
async function askPatiently(url: string, key: string, body: unknown): Promise<Response> {
  for (;;) {
    const response = await fetch(new URL('/api/v1/audit-log/verify', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status !== 429) return response;
    await new Promise((resolve) => setTimeout(resolve, Number(response.headers.get('retry-after') ?? 60) * 1_000));
  }
}

function fail(what: string): void {
  console.error(`audit-verify: ${what}`);
  process.exitCode = 1;
}

if (options.url && !options.key) throw new Error('give the API key of a caller with audit_log:verify: --key fib_…');
const figures = options.url ? await verifyRunning(options.url, options.key!) : await tamperAndFind(Number(options.entries));
for (const [name, value] of Object.entries(figures)) console.log(`${name}=${value}`);
