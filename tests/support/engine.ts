// The two engines, as a test sees them: a database with every migration applied, and queries straight to it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Miniflare } from 'miniflare';
import pg from 'pg';
import { unstable_splitSqlQuery } from 'wrangler';

import { ROOT } from './paths.ts';
import { sharedCluster } from './postgres.ts';
import type { Cluster } from './postgres.ts';

export type EngineName = 'd1' | 'postgres';

/** Every test of the whole platform runs on each of these. $OPERATIONS_TEST_ENGINE narrows it to one. */
export const engines: readonly EngineName[] = (() => {
  const only = process.env['OPERATIONS_TEST_ENGINE'];
  if (only && only !== 'd1' && only !== 'postgres') throw new Error(`OPERATIONS_TEST_ENGINE is d1 or postgres, not ${only}`);
  return only ? [only as EngineName] : ['d1', 'postgres'];
})();

/** Numbers for every integer and for times and booleans as both engines keep them; JSON as its text. */
export type Row = Record<string, string | number | null>;
export type Value = string | number | null;

export interface Engine {
  readonly name: EngineName;
  /** For the Worker's binding HYPERDRIVE. */
  readonly hyperdrive?: string;
  /** Brings a new database up to the newest migration. */
  migrate(runtime: Miniflare): Promise<void>;
  /** One statement with `?1` placeholders. */
  query<R = Row>(runtime: Miniflare, statement: string, values: readonly Value[]): Promise<R[]>;
  /** The same past the runtime, which answers late while it is busy. `folder` is where D1's files are; it only reads. */
  peek<R = Row>(folder: string, statement: string, values: readonly Value[]): Promise<R[]>;
  close(): Promise<void>;
}

/** Postgres is the run's own unless another cluster is given. */
export async function openEngine(name: EngineName, cluster?: Cluster): Promise<Engine> {
  return name === 'd1' ? d1 : openPostgres(cluster ?? (await sharedCluster()));
}

const d1: Engine = {
  name: 'd1',
  async migrate(runtime) {
    const database = await runtime.getD1Database('DB');
    const folder = join(ROOT, 'd1');
    const files = readdirSync(folder).filter((file) => file.endsWith('.sql')).sort();
    const statements = files.flatMap((file) => unstable_splitSqlQuery(readFileSync(join(folder, file), 'utf8')));
    if (statements.length > 0) await database.batch(statements.map((statement) => database.prepare(statement)));
  },
  async query<R>(runtime: Miniflare, statement: string, values: readonly Value[]) {
    const database = await runtime.getD1Database('DB');
    const { results } = await database.prepare(statement).bind(...values).all<R>();
    return results;
  },
  async peek<R>(folder: string, statement: string, values: readonly Value[]) {
    const files = join(folder, 'miniflare-D1DatabaseObject');
    const name = readdirSync(files).find((file) => file.endsWith('.sqlite') && file !== 'metadata.sqlite');
    if (!name) throw new Error(`no database in ${files}`);
    const database = new DatabaseSync(join(files, name), { readOnly: true });
    try {
      return database.prepare(statement).all(...values) as R[];
    } finally {
      database.close();
    }
  },
  async close() {},
};

async function openPostgres(cluster: Cluster): Promise<Engine> {
  const name = await cluster.createDatabase();
  const pool = new pg.Pool({ connectionString: cluster.url(name), max: 4, types: { getTypeParser: parser } });
  // A connection that the server ends is no test's failure: the next query takes another.
  pool.on('error', () => {});
  const query = async <R>(_: unknown, statement: string, values: readonly Value[]): Promise<R[]> => {
    const { rows } = await pool.query(statement.replaceAll(/\?(\d+)/g, '$$$1'), [...values]);
    return rows as R[];
  };
  return {
    name: 'postgres',
    hyperdrive: cluster.url(name),
    async migrate() {},
    query,
    peek: query,
    async close() {
      await pool.end();
      await cluster.dropDatabase(name);
    },
  };
}

const INTEGER_8 = 20;
const NUMERIC = 1700;
const JSON_TEXT = 114;
const JSON_BINARY = 3802;

const parser = ((type: number, format?: 'text') => {
  if (type === INTEGER_8 || type === NUMERIC) return Number;
  if (type === JSON_TEXT || type === JSON_BINARY) return (text: string) => text;
  return pg.types.getTypeParser(type, format);
}) as typeof pg.types.getTypeParser;
