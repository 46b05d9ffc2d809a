// A list of the API, page after page.
import { useInfiniteQuery, useQueryClient } from '@tanstack/vue-query';
import type { InfiniteData } from '@tanstack/vue-query';
import { computed, toValue } from 'vue';
import type { ComputedRef, MaybeRefOrGetter } from 'vue';

import { api } from './client.ts';
import type { Item, ListPath, paths } from './client.ts';
import { listKey } from './keys.ts';
import type { Where } from './keys.ts';

type Parameters<Path extends ListPath> = paths[Path] extends { get: { parameters: infer Found } } ? Found : never;
type QueryOf<Path extends ListPath> = Parameters<Path> extends { query?: infer Query } ? Omit<NonNullable<Query>, 'cursor'> : never;
type PathOf<Path extends ListPath> = Parameters<Path> extends { path: infer Found } ? Found : undefined;

/** What is asked: filters, sort and include in `query`, ids in `path`. Not asked while `enabled` is false. */
export type ListGiven<Path extends ListPath> = { query?: QueryOf<Path>; enabled?: boolean } & (PathOf<Path> extends undefined
  ? { path?: undefined }
  : { path: PathOf<Path> });

export interface ListPage<Row> {
  data: Row[];
  meta: { pagination: { limit: number; next_cursor: string | null } };
}

export interface List<Row> {
  /** Everything fetched so far. */
  rows: ComputedRef<Row[]>;
  error: ComputedRef<Error | null>;
  /** Nothing is there yet and nothing went wrong. */
  isLoading: ComputedRef<boolean>;
  isFetching: ComputedRef<boolean>;
  isFetchingMore: ComputedRef<boolean>;
  hasMore: ComputedRef<boolean>;
  /** What is shown belongs to what was asked before. */
  isStale: ComputedRef<boolean>;
  fetchMore: () => Promise<void>;
  refetch: () => Promise<void>;
  /** Every record from the beginning as the API gives it, so many at least if there are: for a file, and kept by nobody. */
  readAll: (most: number) => Promise<object[]>;
}

/** Rows of a page that is read for a file: the most that the API gives. */
const WHOLE_PAGE = 500;

/**
 * `const people = useList('/api/v1/people', () => ({ query: { 'filter[q]': text.value, sort: 'last_name' } }))`
 * `people.rows`, `people.fetchMore()`; hand it to `DataTable` as `list`.
 */
export function useList<Path extends ListPath>(path: Path, given?: MaybeRefOrGetter<ListGiven<Path>>): List<Item<Path>> {
  const where = computed((): Where & { enabled?: boolean } => cleaned(toValue(given) as (Where & { enabled?: boolean }) | undefined));
  async function read(asked: Where, cursor: string | null, signal?: AbortSignal): Promise<ListPage<Item<Path>>> {
    const query = { ...asked.query, ...(cursor ? { cursor } : {}) };
    const get = api.get as unknown as (path: string, given: object) => Promise<ListPage<Item<Path>>>;
    const { data, meta } = await get(path, { params: { path: asked.path, query }, signal });
    return { data, meta };
  }
  async function readAll(most: number): Promise<object[]> {
    const asked = { ...where.value, query: { ...where.value.query, limit: WHOLE_PAGE } };
    const rows: object[] = [];
    for (let cursor: string | null = null; ;) {
      const page: ListPage<Item<Path>> = await read(asked, cursor);
      rows.push(...(page.data as object[]));
      cursor = page.meta.pagination.next_cursor;
      if (!cursor || rows.length >= most) return rows;
    }
  }
  const found = useInfiniteQuery({
    queryKey: computed(() => listKey(path, where.value)),
    queryFn: ({ pageParam, signal }) => read(where.value, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.meta.pagination.next_cursor,
    enabled: computed(() => where.value.enabled !== false),
    placeholderData: (before: InfiniteData<ListPage<Item<Path>>, string | null> | undefined) => before,
    // Rows are replaced, never changed in place: a hundred thousand of them are not to be made reactive one by one.
    shallow: true,
  });
  return {
    rows: computed(() => found.data.value?.pages.flatMap((page) => page.data) ?? []),
    error: computed(() => found.error.value),
    isLoading: computed(() => found.isPending.value && found.fetchStatus.value !== 'idle'),
    isFetching: computed(() => found.isFetching.value),
    isFetchingMore: computed(() => found.isFetchingNextPage.value),
    hasMore: computed(() => found.hasNextPage.value),
    isStale: computed(() => found.isPlaceholderData.value),
    fetchMore: async () => {
      if (found.hasNextPage.value && !found.isFetchingNextPage.value) await found.fetchNextPage();
    },
    refetch: async () => {
      await found.refetch();
    },
    readAll,
  };
}

/** Fetches every list of these paths anew, as after something was added: `const refresh = useRefresh(); refresh('/api/v1/tags')`. */
export function useRefresh(): (...listPaths: (keyof paths)[]) => Promise<void> {
  const client = useQueryClient();
  return async (...listPaths) => {
    await Promise.all(
      listPaths.flatMap((path) => [
        client.invalidateQueries({ queryKey: ['list', path] }),
        client.invalidateQueries({ queryKey: ['record', path] }),
      ]),
    );
  };
}

/** A filter that is empty is not sent: the API would look for the empty text. */
function cleaned<Given extends Where>(given: Given | undefined): Given {
  const query = Object.entries(given?.query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return { ...given, query: Object.fromEntries(query) } as Given;
}
