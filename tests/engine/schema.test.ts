// d1/ and migrations/ are one schema written twice: what one engine holds, the other holds. Partitions are Postgres's own affair.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';

interface Column {
  type: string;
  required: boolean;
  default: string | null;
}

interface Index {
  unique: boolean;
  columns: string[];
  where: string | null;
}

interface Table {
  columns: Record<string, Column>;
  primaryKey: string[];
  foreignKeys: string[];
  indexes: Record<string, Index>;
  /** The words a column may hold, by column. */
  words: Record<string, string[]>;
  uniques: string[];
}

type Schema = Record<string, Table>;

/** Kept by the engines' own migration tools. */
const BOOKKEEPING = /^(sqlite_|_cf_|d1_|schema_migrations$|_sqlx_)/;

/** JSON is text on D1, where it is known by nothing but its use: these are its columns. */
const JSON_TYPES: Record<string, string> = { jsonb: 'text', bigint: 'integer', text: 'text', integer: 'integer', 'double precision': 'real', real: 'real' };

/** As both engines would say it: lower case, no casts, no brackets, single spaces. Postgres keeps `IN` as `= ANY (ARRAY[…])`. */
function plain(text: string | null): string | null {
  return text === null
    ? null
    : text
        .replaceAll(/::[a-z ]+(\[\])?/g, '')
        .replaceAll(/[()"]/g, ' ')
        .replaceAll(/= ANY\s+ARRAY\[([^\]]*)\]/g, 'IN $1')
        .replaceAll(/\s+/g, ' ')
        .trim()
        .toLowerCase();
}

function wordsIn(text: string): string[] {
  return [...text.matchAll(/'([^']*)'/g)].map((match) => match[1]!).sort();
}

async function ofD1(platform: Platform): Promise<Schema> {
  const schema: Schema = {};
  const tables = await platform.sql<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name");
  for (const { name, sql } of tables.filter((table) => !BOOKKEEPING.test(table.name))) {
    const columns = await platform.sql<any>(`SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('${name}')`);
    const foreign = await platform.sql<any>(`SELECT id, seq, "table", "from", "to" FROM pragma_foreign_key_list('${name}') ORDER BY id, seq`);
    const listed = await platform.sql<any>(`SELECT name, "unique", origin FROM pragma_index_list('${name}')`);
    const table: Table = { columns: {}, primaryKey: [], foreignKeys: [], indexes: {}, words: {}, uniques: [] };
    for (const column of columns) {
      table.columns[column.name] = { type: column.type.toLowerCase(), required: column.notnull === 1 || column.pk > 0, default: plain(column.dflt_value) };
    }
    table.primaryKey = columns.filter(({ pk }: any) => pk > 0).sort((a: any, b: any) => a.pk - b.pk).map((column: any) => column.name);
    for (const id of new Set(foreign.map((key: any) => key.id))) {
      const parts = foreign.filter((key: any) => key.id === id);
      table.foreignKeys.push(`${parts.map((part: any) => part.from)} -> ${parts[0].table} ${parts.map((part: any) => part.to)}`);
    }
    for (const index of listed) {
      const keys = (await platform.sql<any>(`SELECT name FROM pragma_index_info('${index.name}') ORDER BY seqno`)).map((key: any) => key.name);
      if (index.origin === 'u') table.uniques.push(keys.join());
      if (index.origin !== 'c') continue;
      const [made] = await platform.sql<{ sql: string }>("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?1", index.name);
      const where = /\bWHERE\b([\s\S]*)$/i.exec(made!.sql)?.[1] ?? null;
      table.indexes[index.name] = { unique: index.unique === 1, columns: keys, where: plain(where) };
    }
    for (const [, column, words] of sql.matchAll(/CHECK \((\w+) IN \(([^)]*)\)\)/g)) table.words[column!] = wordsIn(words!);
    table.foreignKeys.sort();
    table.uniques.sort();
    schema[name] = table;
  }
  return schema;
}

async function ofPostgres(platform: Platform): Promise<Schema> {
  const schema: Schema = {};
  const tables = await platform.sql<{ oid: number; name: string }>(
    "SELECT c.oid::int AS oid, c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 2",
  );
  for (const { oid, name } of tables.filter((table) => !BOOKKEEPING.test(table.name))) {
    const columns = await platform.sql<any>(
      `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS required, pg_get_expr(d.adbin, d.adrelid) AS default_value
       FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE a.attrelid = ${oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    );
    const constraints = await platform.sql<any>(
      `SELECT c.contype AS kind, pg_get_constraintdef(c.oid) AS definition, f.relname AS target,
         (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, n) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS keys,
         (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY AS k (attnum, n) JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum) AS target_keys
       FROM pg_constraint c LEFT JOIN pg_class f ON f.oid = c.confrelid WHERE c.conrelid = ${oid}`,
    );
    const indexes = await platform.sql<any>(
      `SELECT x.relname AS name, i.indisunique AS is_unique, pg_get_expr(i.indpred, i.indrelid) AS predicate,
         (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, n) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) AS keys
       FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
       WHERE i.indrelid = ${oid} AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))`,
    );
    const of = (kind: string): any[] => constraints.filter((constraint: any) => constraint.kind === kind);
    schema[name] = {
      columns: Object.fromEntries(
        columns.map((column: any) => [column.name, { type: JSON_TYPES[column.type] ?? column.type, required: column.required, default: plain(column.default_value) }]),
      ),
      primaryKey: of('p')[0]?.keys.split(',') ?? [],
      foreignKeys: of('f').map(({ keys, target, target_keys }) => `${keys} -> ${target} ${target_keys}`).sort(),
      indexes: Object.fromEntries(indexes.map((index: any) => [index.name, { unique: index.is_unique, columns: index.keys.split(','), where: plain(index.predicate) }])),
      words: Object.fromEntries(of('c').filter(({ definition }) => definition.includes('ANY')).map(({ keys, definition }) => [keys, wordsIn(definition)])),
      uniques: of('u').map(({ keys }) => keys).sort(),
    };
  }
  return schema;
}

test('both folders of migrations hold the same schema', { skip: engines.length < 2 && 'it compares both engines' }, async () => {
  await using d1 = await startPlatform({ engine: 'd1', tenant: false });
  await using postgres = await startPlatform({ engine: 'postgres', tenant: false });
  const [left, right] = [await ofD1(d1), await ofPostgres(postgres)];
  assert.ok(Object.keys(left).length > 20);
  assert.deepEqual(Object.keys(left), Object.keys(right));
  for (const [name, table] of Object.entries(left)) {
    const other = right[name]!;
    // A partitioned table's key must hold what it is partitioned by; D1 has no partitions.
    assert.deepEqual(other, { ...table, primaryKey: other.primaryKey }, name);
    assert.deepEqual(other.primaryKey.slice(0, table.primaryKey.length), table.primaryKey, `${name}: primary key`);
    assert.ok(table.primaryKey[0] === 'tenant_id' || !('tenant_id' in table.columns), `${name}: the key starts with the tenant`);
  }
  assert.ok(Object.values(left).some(({ words }) => Object.keys(words).length > 0));
  assert.ok(Object.values(left).some(({ indexes }) => Object.values(indexes).some(({ where }) => where)));
});

test('an index on Postgres compares texts as its column does', { skip: !engines.includes('postgres') && 'it asks Postgres' }, async () => {
  await using platform = await startPlatform({ engine: 'postgres', tenant: false });
  // One that does not serves the order alone: looking for an equal text walks the tenant's records.
  const different = await platform.sql<{ name: string; column: string }>(
    `SELECT x.relname AS name, a.attname AS "column"
     FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indcollation::oid[]) AS k (attnum, compares)
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE x.relnamespace = 'public'::regnamespace AND k.compares <> 0 AND k.compares <> a.attcollation ORDER BY 1, 2`,
  );
  assert.deepEqual(different, []);
});
