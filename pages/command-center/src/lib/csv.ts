// Records as a CSV file. Papa Parse writes it: quotes where they are needed, and nothing that a spreadsheet would take for a formula.
import { saveFile } from './save-file.ts';

type Cell = string | number | boolean;

/** A record's values by the names of its columns: `business.name` for what is inside another, a list's entries in one cell. */
export function cellsOf(record: object, prefix = ''): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]: [string, unknown]): [string, Cell][] => {
      if (value === null || value === undefined) return [[prefix + name, '']];
      if (Array.isArray(value)) return [[prefix + name, value.map(textOf).join('; ')]];
      if (typeof value === 'object') return Object.entries(cellsOf(value, `${prefix}${name}.`));
      return [[prefix + name, value as Cell]];
    }),
  );
}

/** An entry of a list in words: its name where it has one. */
function textOf(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return String(entry);
  return 'name' in entry && typeof entry.name === 'string' ? entry.name : JSON.stringify(entry);
}

/** The columns are those of all rows, in the order in which they come. */
export async function csvOf(rows: readonly Record<string, Cell>[]): Promise<string> {
  const { default: papa } = await import('papaparse');
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return papa.unparse([...rows], { columns, escapeFormulae: true, newline: '\r\n' });
}

/** The mark at the beginning tells Excel that it is UTF-8. */
export async function saveCsv(rows: readonly Record<string, Cell>[], name: string): Promise<void> {
  saveFile(new Blob(['\u{feff}', await csvOf(rows)], { type: 'text/csv;charset=utf-8' }), `${name}.csv`);
}
