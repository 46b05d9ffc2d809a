// Lists that are short enough to be read whole: industries, tags, locations, sequences.
import { computed } from 'vue';

import { useList } from '@/api';
import { words } from '@/lib/words.ts';
import { usePermissions } from '@/session';

export function useIndustryChoices(enabled: () => boolean = () => true) {
  const { can } = usePermissions();
  const list = useList('/api/v1/industries', () => ({
    query: { sort: 'name' as const, limit: '500' },
    enabled: enabled() && can('industries:read'),
  }));
  return computed(() => list.rows.value.map((industry) => ({ value: industry.id, label: industry.name })));
}

export function useTagChoices(enabled: () => boolean = () => true) {
  const { can } = usePermissions();
  const list = useList('/api/v1/tags', () => ({ query: { sort: 'name' as const, limit: '500' }, enabled: enabled() && can('tags:read') }));
  return computed(() => list.rows.value.map((tag) => ({ value: tag.id, label: tag.name, hint: tag.category ?? '' })));
}

export function useLocationChoices(enabled: () => boolean = () => true) {
  const { can } = usePermissions();
  const list = useList('/api/v1/locations', () => ({ query: { limit: '500' }, enabled: enabled() && can('locations:read') }));
  return computed(() => list.rows.value.map((location) => ({ value: location.id, label: location.name })));
}

/** Those that take people in, or all that are not archived. */
export function useSequenceChoices(takesPeople = false) {
  const { can } = usePermissions();
  const list = useList('/api/v1/sequences', () => ({ query: { limit: '500' }, enabled: can('sequences:read') }));
  const fits = takesPeople ? ['active', 'paused'] : ['draft', 'active', 'paused'];
  return {
    choices: computed(() =>
      list.rows.value
        .filter((sequence) => fits.includes(sequence.status))
        .map((sequence) => ({
          value: sequence.id,
          label: sequence.name,
          ...(sequence.status === 'active' ? {} : { hint: words(sequence.status) }),
        })),
    ),
    isLoading: list.isLoading,
  };
}
