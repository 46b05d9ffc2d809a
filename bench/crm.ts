// `make bench-api`: the CRM with 100,000 businesses, and whether its lists and its search cost more with a million.
//
//   node bench/crm.ts [--businesses 100000] [--seconds 10] [--connections 8] [--engine d1] [--small 10000] [--large 1000000]
//
// The mix is what people do: pages of lists, filtered lists, searches, single records, and changes, each with an API key, guarded and
// audited like any other request. Every connection has one request under way, so the rate is what the runtime sustains, and the
// times are those at that rate. Rows read are the database's own count.
import { request as send, Agent } from 'node:http';
import { parseArgs } from 'node:util';

import { startPlatform } from '../tests/support/platform.ts';
import type { EngineName, Platform } from '../tests/support/platform.ts';
import { addBusinesses } from './support/businesses.ts';
import { progress, report } from './support/report.ts';

const { values: options } = parseArgs({
  options: {
    businesses: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '8' },
    engine: { type: 'string', default: 'd1' },
    worker: { type: 'string', default: 'release' },
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
  },
});

const WORDS = ['harbor', 'bakery', 'dental', 'plumbing', 'garden', 'auto', 'books', 'coffee', 'salon', 'fitness'];

interface Ask {
  kind: string;
  method: string;
  path: string;
  body?: unknown;
}

/** A platform with that many businesses, all of them in the search index. */
async function platformWith(businesses: number): Promise<Platform> {
  const platform = await startPlatform({
    engine: options.engine as EngineName,
    worker: options.worker as 'release' | 'dev',
    direct: true,
    queueTimeout: null,
  });
  await addBusinesses(platform, businesses);
  progress(`${businesses} businesses are there`);
  for (;;) {
    const [left] = await platform.sql<{ n: number }>('SELECT COUNT(*) AS n FROM search_pending');
    if (!left || Number(left.n) === 0) break;
    progress(`${left.n} records are not in the search index yet`);
    await platform.cron();
  }
  await platform.sql('ANALYZE');
  return platform;
}

/** Asks for everything once; answers how long it took, in milliseconds. */
function ask(platform: Platform, agent: Agent, key: string, { method, path, body }: Ask): Promise<number> {
  const started = performance.now();
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = send(
      new URL(path, platform.directUrl),
      { method, agent, headers: { authorization: `Bearer ${key}`, ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}) } },
      (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode !== 200) reject(new Error(`${method} ${path} answered ${response.statusCode}`));
          else resolve(performance.now() - started);
        });
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}

/** The cursor of the page behind a record, in the order of making. */
const behind = (id: string): string => Buffer.from(JSON.stringify(['created_at', null, id])).toString('base64url');

/** What people do, in turn: `n` chooses which, and of which record. */
function mix(ids: readonly string[], communities: readonly string[], n: number): Ask {
  const id = ids[(n * 7919) % ids.length]!;
  switch (n % 10) {
    case 0:
    case 1:
      return { kind: 'list', method: 'GET', path: `/api/v1/businesses?limit=50&cursor=${behind(id)}` };
    case 2:
      return { kind: 'filter', method: 'GET', path: `/api/v1/businesses?limit=50&filter[community_id]=${communities[n % communities.length]}` };
    case 3:
    case 4:
      return { kind: 'search', method: 'GET', path: `/api/v1/search?q=${WORDS[n % WORDS.length]}%20${WORDS[(n * 3) % WORDS.length]!.slice(0, 4)}` };
    case 5:
      return { kind: 'update', method: 'PATCH', path: `/api/v1/businesses/${id}`, body: { lead_score: n % 101 } };
    default:
      return { kind: 'read', method: 'GET', path: `/api/v1/businesses/${id}` };
  }
}

/** Rows that one request makes the database read, on the average of some. */
async function rowsRead(platform: Platform, paths: readonly string[]): Promise<number> {
  const before = await platform.metrics();
  for (const path of paths) await platform.data('GET', path);
  const after = await platform.metrics();
  return (after.rows_read - before.rows_read) / paths.length;
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;

async function load(): Promise<Record<string, number>> {
  await using platform = await platformWith(Number(options.businesses));
  const { key } = await platform.data('POST', '/api/v1/api-keys', {
    name: 'Bench',
    scopes: ['businesses:read', 'businesses:write', 'search:read'],
  });
  const ids = (await platform.sql<{ id: string }>('SELECT id FROM businesses ORDER BY id LIMIT 5000')).map(({ id }) => id);
  const communities = (await platform.sql<{ id: string }>('SELECT id FROM communities')).map(({ id }) => id);
  const agent = new Agent({ keepAlive: true, maxSockets: Number(options.connections) });
  const times: number[] = [];
  const byKind = new Map<string, number[]>();
  let n = 0;
  const run = async (until: number, keep: boolean): Promise<void> => {
    while (performance.now() < until) {
      const next = mix(ids, communities, n++);
      const took = await ask(platform, agent, key, next);
      if (!keep) continue;
      times.push(took);
      byKind.set(next.kind, [...(byKind.get(next.kind) ?? []), took]);
    }
  };
  const together = (seconds: number, keep: boolean) => {
    const until = performance.now() + seconds * 1_000;
    return Promise.all(Array.from({ length: Number(options.connections) }, () => run(until, keep)));
  };
  await together(3, false);
  await together(Number(options.seconds), true);
  agent.destroy();
  times.sort((a, b) => a - b);
  const kinds = [...byKind].flatMap(([kind, list]) => {
    list.sort((a, b) => a - b);
    return [[`p99_ms_${kind}`, quantile(list, 0.99)]] as [string, number][];
  });
  return {
    requests_per_second: times.length / Number(options.seconds),
    p50_ms: quantile(times, 0.5),
    p99_ms: quantile(times, 0.99),
    ...Object.fromEntries(kinds),
  };
}

async function growth(businesses: number): Promise<{ list: number; search: number }> {
  await using platform = await platformWith(businesses);
  const communities = await platform.sql<{ id: string }>('SELECT id FROM communities LIMIT 5');
  return {
    list: await rowsRead(platform, [
      '/api/v1/businesses?limit=50',
      '/api/v1/businesses?limit=50&filter[lead_status]=lead',
      ...communities.map(({ id }) => `/api/v1/businesses?limit=50&filter[community_id]=${id}`),
    ]),
    search: await rowsRead(platform, [...WORDS.map((word) => `/api/v1/search?q=${word}`), '/api/v1/search?q=harbr%20bak', '/api/v1/search?q=7275550123']),
  };
}

const loaded = await load();
const small = await growth(Number(options.small));
const large = await growth(Number(options.large));
report(
  {
    ...loaded,
    [`rows_read_a_list_page_${options.small}`]: small.list,
    [`rows_read_a_list_page_${options.large}`]: large.list,
    list_growth_ratio: large.list / small.list,
    [`rows_read_a_search_${options.small}`]: small.search,
    [`rows_read_a_search_${options.large}`]: large.search,
    search_growth_ratio: large.search / small.search,
  },
  { p99_ms: { atMost: 200 }, list_growth_ratio: { atMost: 1.3 }, search_growth_ratio: { atMost: 1.3 } },
);
