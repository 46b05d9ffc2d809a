// All templates, for whoever chooses one.
import { computed, watch } from 'vue';
import type { ComputedRef } from 'vue';

import { useList } from '@/api';
import type { Choice } from '@/design';
import { usePermissions } from '@/session';

import type { Template } from './template.ts';

export function useTemplates(): { byId: ComputedRef<Map<string, Template>>; choices: ComputedRef<Choice[]> } {
  const { can } = usePermissions();
  const list = useList('/api/v1/templates', () => ({ query: { limit: '500' }, enabled: can('templates:read') }));
  watch(list.hasMore, (more) => more && void list.fetchMore(), { immediate: true });
  return {
    byId: computed(() => new Map(list.rows.value.map((template) => [template.id, template]))),
    choices: computed(() =>
      list.rows.value
        .filter((template) => template.is_active)
        .map((template) => ({ value: template.id, label: template.name, hint: template.subject })),
    ),
  };
}
