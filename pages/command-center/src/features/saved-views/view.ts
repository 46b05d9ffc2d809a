// How somebody looks at a list, as it is kept and as it stands in the URL.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';

import type { Schema } from '@/api/client.ts';

export type View = Schema<'View'>;
/** The values of a view. `columns` are the ids of what is shown, in order. */
export type ViewQuery = Record<string, string>;

const COLUMNS = 'columns';

/** What of the URL belongs to a view: the search, the sort and the filters, by their names. */
export function queryOf(url: LocationQuery, names: readonly string[], columns: readonly string[]): ViewQuery {
  const found: ViewQuery = {};
  for (const name of names) {
    const value = url[name];
    if (typeof value === 'string' && value !== '') found[name] = value;
  }
  return { ...found, [COLUMNS]: columns.join(',') };
}

export function columnsOf(query: ViewQuery): string[] | undefined {
  return query[COLUMNS]?.split(',').filter(Boolean);
}

/** The URL's query with what the view says, and nothing of another view. */
export function urlOf(view: Pick<View, 'id' | 'query'>, names: readonly string[]): LocationQueryRaw {
  const query = view.query as ViewQuery;
  const kept = Object.entries(query).filter(([name]) => names.includes(name));
  return { ...Object.fromEntries(kept), view: view.id };
}

export function isSame(one: ViewQuery, other: ViewQuery): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => (one[name] ?? '') === (other[name] ?? ''));
}
