// One record of the API, with the version that a change of it has to name.
import { useQuery } from '@tanstack/vue-query';
import { computed, toValue } from 'vue';
import type { ComputedRef, MaybeRefOrGetter } from 'vue';

import { api } from './client.ts';
import type { Answered, paths } from './client.ts';
import { recordKey } from './keys.ts';
import type { Where } from './keys.ts';

/** The paths that answer a GET with something. */
export type ReadPath = { [Path in keyof paths]: paths[Path] extends { get: { parameters: unknown } } ? Path : never }[keyof paths];
type ParametersOf<Path extends ReadPath> = paths[Path] extends { get: { parameters: infer Found } } ? Found : never;
export type DataOf<Path extends ReadPath> = Answered<'get', Path> extends { data: infer Data } ? Data : never;

export type RecordGiven<Path extends ReadPath> = {
  query?: ParametersOf<Path> extends { query?: infer Query } ? NonNullable<Query> : never;
  /** Not asked while this is false. */
  enabled?: boolean;
  /** Asks again every so many milliseconds, as while something is under way. */
  refetchInterval?: number | false;
} & (ParametersOf<Path> extends { path: infer Found } ? { path: Found } : { path?: undefined });

/** What the cache holds of a record. */
export interface Versioned<Data> {
  data: Data;
  etag: string | null;
}

export interface RecordQuery<Data> {
  record: ComputedRef<Data | undefined>;
  etag: ComputedRef<string | null>;
  error: ComputedRef<Error | null>;
  isLoading: ComputedRef<boolean>;
  isFetching: ComputedRef<boolean>;
  refetch: () => Promise<void>;
}

export async function readVersioned<Path extends ReadPath>(
  path: Path,
  where: Where,
  signal?: AbortSignal,
): Promise<Versioned<DataOf<Path>>> {
  const get = api.get as unknown as (path: string, given: object) => Promise<{ data: DataOf<Path>; response: Response }>;
  const { data, response } = await get(path, { params: { path: where.path, query: where.query }, ...(signal ? { signal } : {}) });
  return { data, etag: response.headers.get('etag') };
}

/** `const person = useRecord('/api/v1/people/{id}', () => ({ path: { id: props.id } }))`, then `person.record.value`. */
export function useRecord<Path extends ReadPath>(path: Path, given?: MaybeRefOrGetter<RecordGiven<Path>>): RecordQuery<DataOf<Path>> {
  const where = computed(() => (toValue(given) ?? {}) as Where & { enabled?: boolean; refetchInterval?: number | false });
  const found = useQuery({
    queryKey: computed(() => recordKey(path, where.value)),
    queryFn: ({ signal }) => readVersioned(path, where.value, signal),
    enabled: computed(() => where.value.enabled !== false),
    refetchInterval: computed(() => where.value.refetchInterval ?? false),
    shallow: true,
  });
  return {
    record: computed(() => found.data.value?.data),
    etag: computed(() => found.data.value?.etag ?? null),
    error: computed(() => found.error.value),
    isLoading: computed(() => found.isPending.value && found.fetchStatus.value !== 'idle'),
    isFetching: computed(() => found.isFetching.value),
    refetch: async () => {
      await found.refetch();
    },
  };
}
