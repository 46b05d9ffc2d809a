// What sequences are called: rows name them by their id. There are few of them.
import { computed } from 'vue';

import { useList } from '@/api';
import type { Search } from '@/design';
import { usePermissions } from '@/session';

export function useSequenceNames() {
  const { can } = usePermissions();
  const list = useList('/api/v1/sequences', () => ({ query: { limit: '500' }, enabled: can('sequences:read') }));
  const names = computed(() => new Map(list.rows.value.map((sequence) => [sequence.id, sequence.name])));
  const search: Search = async (text) =>
    [...names.value]
      .filter(([, name]) => name.toLowerCase().includes(text.toLowerCase()))
      .map(([value, label]) => ({ value, label }))
      .slice(0, 50);
  return { nameOf: (id: string) => names.value.get(id), search };
}
