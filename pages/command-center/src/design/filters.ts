// Filters of a list that live in the URL: `?lead_status=customer` asks the API for `filter[lead_status]=customer`.
import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import { useRoute } from 'vue-router';

import { useQueryChanges } from '@/lib/query-value.ts';

import type { Search } from './choices.ts';
import type { Choice } from './field.ts';

interface Named {
  /** As in the URL, and in the API's `filter[name]`. */
  name: string;
  label: string;
  /** What the API calls it, where that is no filter: `status`. */
  parameter?: string;
}

export type Filter = Named &
  (
    | { kind: 'choice'; choices: readonly Choice[] }
    | { kind: 'search'; search: Search; /** What an id in the URL is called. */ labelOf?: (value: string) => string | undefined }
    | { kind: 'text' }
    | { kind: 'number'; min?: number; max?: number }
    | { kind: 'flag' }
    | { kind: 'date' }
  );

export interface Filters {
  values: ComputedRef<Record<string, string>>;
  /** The same as the API's query: spread it into `useList`. */
  query: ComputedRef<Record<string, string>>;
  set: (name: string, value: string | undefined) => void;
  clear: () => void;
  isFiltered: ComputedRef<boolean>;
  filters: readonly Filter[];
}

/** `const filters = useFilters([{ name: 'role', label: 'Role', kind: 'choice', choices }])`, `<FilterBar :filters="filters" />`, `{ query: { ...filters.query.value } }`. */
export function useFilters(filters: readonly Filter[]): Filters {
  const route = useRoute();
  const change = useQueryChanges();

  const values = computed(() => {
    const found: Record<string, string> = {};
    for (const filter of filters) {
      const value = route.query[filter.name];
      if (typeof value === 'string' && value !== '' && fits(filter, value)) found[filter.name] = value;
    }
    return found;
  });

  return {
    filters,
    values,
    query: computed(() =>
      Object.fromEntries(
        filters.flatMap((filter) =>
          values.value[filter.name] === undefined ? [] : [[filter.parameter ?? `filter[${filter.name}]`, values.value[filter.name]!]],
        ),
      ),
    ),
    set: (name, value) => change({ [name]: value }),
    clear: () => change(Object.fromEntries(filters.map((filter) => [filter.name, undefined]))),
    isFiltered: computed(() => Object.keys(values.value).length > 0),
  };
}

/** A link may be old or mistyped: what a filter cannot be is left out, and not asked of the API. */
function fits(filter: Filter, value: string): boolean {
  if (filter.kind === 'choice') return filter.choices.some((choice) => choice.value === value);
  if (filter.kind === 'flag') return value === 'true' || value === 'false';
  if (filter.kind === 'number') return Number.isFinite(Number(value));
  if (filter.kind === 'date') return /^\d{4}-\d{2}-\d{2}/.test(value);
  return true;
}
