// Changes records where the cache shows them, before the API has answered.
import type { InfiniteData, QueryClient } from '@tanstack/vue-query';

import { LISTS, RECORDS } from './keys.ts';
import type { ListPage } from './list.ts';
import type { Versioned } from './record.ts';

export interface Identified {
  id: string;
}

type Row = Identified & Record<string, unknown>;
type Pages = InfiniteData<ListPage<Row>, string | null>;

/** Puts `changes` into the record `id` wherever it is shown. Gives back a function that puts back what was there. */
export function patchEverywhere(client: QueryClient, id: string, changes: Record<string, unknown>): () => void {
  const before = [...client.getQueriesData({ queryKey: LISTS }), ...client.getQueriesData({ queryKey: RECORDS })];
  client.setQueriesData<Pages>({ queryKey: LISTS }, (pages) => mapRow(pages, id, (row) => ({ ...row, ...changes })));
  client.setQueriesData<Versioned<unknown>>({ queryKey: RECORDS }, (found) =>
    found && (found.data as Partial<Row> | null)?.id === id ? { ...found, data: { ...(found.data as Row), ...changes } } : found,
  );
  return () => {
    for (const [key, data] of before) client.setQueryData(key, data);
  };
}

/** Takes records off every list. Gives back a function that puts back what was there. */
export function removeEverywhere(client: QueryClient, ids: readonly string[]): () => void {
  const gone = new Set(ids);
  const before = client.getQueriesData({ queryKey: LISTS });
  client.setQueriesData<Pages>({ queryKey: LISTS }, (pages) => {
    if (!pages?.pages.some((page) => page.data.some((row) => gone.has(row.id)))) return pages;
    return { ...pages, pages: pages.pages.map((page) => ({ ...page, data: page.data.filter((row) => !gone.has(row.id)) })) };
  });
  return () => {
    for (const [key, data] of before) client.setQueryData(key, data);
  };
}

function mapRow(pages: Pages | undefined, id: string, change: (row: Row) => Row): Pages | undefined {
  if (!pages?.pages?.some((page) => page.data.some((row) => row.id === id))) return pages;
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, data: page.data.map((row) => (row.id === id ? change(row) : row)) })) };
}
