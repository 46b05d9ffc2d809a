// The tenant's tags by name, as conditions and filters name them.
import { computed, watch } from 'vue';
import type { ComputedRef } from 'vue';

import { useList } from '@/api';
import type { Choice } from '@/design';
import { usePermissions } from '@/session';

export function useTagNames(): ComputedRef<Choice[]> {
  const { can } = usePermissions();
  const list = useList('/api/v1/tags', () => ({ query: { limit: '500', sort: 'name' as const }, enabled: can('tags:read') }));
  watch(list.hasMore, (more) => more && void list.fetchMore(), { immediate: true });
  return computed(() => list.rows.value.map((tag) => ({ value: tag.name, label: tag.name })));
}
