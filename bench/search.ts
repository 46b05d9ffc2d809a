// `node bench/search.ts`: rows that D1 reads for a search, with a million businesses against ten thousand, and how long one takes.
//
//   node bench/search.ts [--small 10000] [--large 1000000] [--repeats 20]
//
// The businesses and their index are made inside the engine, with names of two words and a number, in towns: words that a
// hundredth and a thousandth of all have, and numbers that one has. Each search asks for a full page of what there is.
import { parseArgs } from 'node:util';

import { TENANT_ID } from '../seed/tenant.ts';
import { startPlatform } from '../tests/support/platform.ts';
import type { Platform } from '../tests/support/platform.ts';
import { range, uuid } from './support/people.ts';
import { progress, report } from './support/report.ts';

const { values: options } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    repeats: { type: 'string', default: '20' },
    worker: { type: 'string', default: 'release' },
  },
});

/** Words of names: letters only, none near another. */
const FIRST = 100;
const SECOND = 100;
const letters = (number: string, salt: string): string =>
  `'${salt}' || char(97 + ${number} % 10 * 2) || char(97 + ${number} / 10 % 10 * 2) || 'on' || char(97 + ${number} * 7 % 26) || 'er'`;
const first = (n: string): string => letters(`(${n} % ${FIRST})`, 'h');
const second = (n: string): string => letters(`(${n} / ${FIRST} % ${SECOND})`, 'b');

/** As src/crm/search/document.rs would have it. */
async function fill(platform: Platform, businesses: number): Promise<void> {
  const community = await platform.data('POST', '/api/v1/communities', { name: 'Clearwater', state: 'FL' });
  await range(platform, 0, businesses, (n) => [
    'businesses (tenant_id, id, community_id, name, slug, lead_status, created_at, updated_at)',
    `SELECT '${TENANT_ID}', ${uuid(n)}, '${community.id}', ${first(n)} || ' ' || ${second(n)} || ' ' || ${n}, 'b-' || ${n}, 'prospect', 0, 0`,
  ]);
  await platform.sql('DELETE FROM search_pending');
  progress(`${businesses} businesses`);
  const term = (klass: string, text: (n: string) => string) =>
    range(platform, 0, businesses, (n) => [
      'search_terms (tenant_id, kind, class, term, newest_first, record_id)',
      `SELECT '${TENANT_ID}', 'business', '${klass}', ${text(n)}, substr(CAST(2000000000 - ${n} AS TEXT), 2), ${uuid(n)}`,
    ]);
  for (const text of [first, second, (n: string) => `CAST(${n} AS TEXT)`]) await term('name', text);
  for (const [one, other] of [[first, second], [first, String], [second, String]] as const) await term('pair', (n) => `${one(n)} || ' ' || ${other(n)}`);
  await range(platform, 0, businesses, (n) => [
    'search_documents (tenant_id, kind, record_id, business_id, title, fields, terms, indexed_at)',
    `SELECT '${TENANT_ID}', 'business', ${uuid(n)}, ${uuid(n)}, ${first(n)} || ' ' || ${second(n)} || ' ' || ${n},
       '[{"field":"name","weight":"name","shape":"words","text":"' || ${first(n)} || ' ' || ${second(n)} || ' ' || ${n} || '"}]', '[]', 0`,
  ]);
  // The words there are, through the code: a business of each, written over the API.
  for (let n = 0; n < Math.max(FIRST, SECOND); n++) {
    const [row] = await platform.sql<{ name: string }>(`SELECT ${first(`(${n})`)} || ' ' || ${second(`(${n * FIRST})`)} AS name`);
    await platform.data('POST', '/api/v1/businesses', { name: row!.name, community_id: community.id });
  }
  progress('the index');
}

async function measure(businesses: number): Promise<{ rows: number; p99: number }> {
  await using platform = await startPlatform({ engine: 'd1', worker: options.worker as 'release' | 'dev' });
  await fill(platform, businesses);
  const word = async (expression: string) => (await platform.sql<{ word: string }>(`SELECT ${expression} AS word`))[0]!.word;
  const [one, other] = [await word(first('(42)')), await word(second('(4200)'))];
  const queries = [
    one, // a hundredth of all
    one.slice(0, 3), // the beginning of what a tenth has
    `${one} ${other}`, // each in a hundredth of all, both in a ten thousandth
    `${other} ${one.slice(0, 5)}`, // the other way round, and not typed to its end
    `${one} 4242`, // one business
    one.slice(0, -2) + one.slice(-1), // a typo
    'nothing of this',
  ];
  const times: number[] = [];
  let rows = 0;
  for (const text of queries) {
    const path = `/api/v1/search?q=${encodeURIComponent(text)}`;
    const before = await platform.metrics();
    const hits = await platform.data('GET', path);
    const after = await platform.metrics();
    rows += after.rows_read - before.rows_read;
    progress(`${text}: ${hits.length} hits, ${after.rows_read - before.rows_read} rows`);
    for (let repeat = 0; repeat < Number(options.repeats); repeat++) {
      const start = performance.now();
      await platform.data('GET', path);
      times.push(performance.now() - start);
    }
  }
  times.sort((a, b) => a - b);
  return { rows: rows / queries.length, p99: times[Math.ceil(times.length * 0.99) - 1] ?? NaN };
}

const small = await measure(Number(options.small));
const large = await measure(Number(options.large));
report(
  {
    [`rows_read_per_search_${options.small}`]: small.rows,
    [`rows_read_per_search_${options.large}`]: large.rows,
    search_growth_ratio: large.rows / small.rows,
    search_p99_ms: large.p99,
  },
  { search_growth_ratio: { atMost: 1.3 }, search_p99_ms: { atMost: 200 } },
);
