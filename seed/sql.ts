import type { Rows } from './rows.ts';

export type Engine = 'd1' | 'postgres';

/** D1 refuses a statement of more than 100 KB; we stay clear of it. */
export const MAX_STATEMENT_BYTES = 90_000;

/** The rows as INSERT statements of many rows each, one a line. Running them again changes nothing. */
export function* toSql(rows: Rows, engine: Engine): Iterable<string> {
  for (const [table, tableRows] of Object.entries(rows)) yield* insertStatements(table, tableRows, engine);
}

/** The statements for the rows of one table; all rows have the first one's columns. */
export function* insertStatements(table: string, rows: readonly object[], engine: Engine): Iterable<string> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const head = `INSERT INTO ${table} (${columns.join(', ')}) VALUES `;
  const tail = ' ON CONFLICT DO NOTHING;';
  const room = MAX_STATEMENT_BYTES - Buffer.byteLength(head + tail);

  let values: string[] = [];
  let used = 0;
  for (const row of rows) {
    const value = tuple(row, columns, engine);
    const size = Buffer.byteLength(value) + 1;
    if (size > room) throw new Error(`a row of ${table} is too large for one statement`);
    if (used + size > room) {
      yield head + values.join(',') + tail;
      values = [];
      used = 0;
    }
    values.push(value);
    used += size;
  }
  yield head + values.join(',') + tail;
}

function tuple(row: object, columns: readonly string[], engine: Engine): string {
  const entries = new Map<string, unknown>(Object.entries(row));
  return `(${columns.map((column) => literal(entries.get(column), engine)).join(',')})`;
}

function literal(value: unknown, engine: Engine): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'object') return quoted(JSON.stringify(value)) + (engine === 'postgres' ? '::jsonb' : '');
  throw new Error(`no SQL for ${typeof value} ${String(value)}`);
}

/** Both engines double the quote and take everything else as it is. A line break would cut the statement in two for D1's `exec`. */
function quoted(text: string): string {
  if (/[\0\r\n]/.test(text)) throw new Error(`a control character in ${JSON.stringify(text)}`);
  return `'${text.replaceAll("'", "''")}'`;
}
