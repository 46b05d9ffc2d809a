// The names of businesses that a list gives as ids only. Each is asked for once, a few at a time.
import { useQueries } from '@tanstack/vue-query';
import { computed, toValue } from 'vue';
import type { MaybeRefOrGetter } from 'vue';

import { api } from '@/api';
import { usePermissions } from '@/session';

const AT_ONCE = 6;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

export function useBusinessNames(ids: MaybeRefOrGetter<readonly string[]>) {
  const { can } = usePermissions();
  const unique = computed(() => (can('businesses:read') ? [...new Set(toValue(ids))] : []));
  const names = useQueries({
    queries: computed(() =>
      unique.value.map((id) => ({
        queryKey: ['business-name', id],
        queryFn: () =>
          inTurn(async () => {
            const { data } = await api.get('/api/v1/businesses/{id}', { params: { path: { id } } });
            return data.name;
          }),
        staleTime: 10 * 60_000,
        retry: false,
      })),
    ),
  });
  const byId = computed(() => new Map(unique.value.map((id, index) => [id, names.value[index]?.data])));
  return { nameOf: (id: string) => byId.value.get(id) };
}
