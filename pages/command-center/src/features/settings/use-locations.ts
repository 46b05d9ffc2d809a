// The tenant's locations, for what belongs to some of them.
import { computed } from 'vue';

import { useList } from '@/api';
import type { Choice } from '@/design';
import { useSession } from '@/session';

export function useLocations() {
  const session = useSession();
  const list = useList('/api/v1/locations', () => ({ query: { limit: '500' }, enabled: session.can('locations:read') }));
  const choices = computed<Choice[]>(() => list.rows.value.map(({ id, name }) => ({ value: id, label: name })));
  const nameOf = (id: string) => list.rows.value.find((location) => location.id === id)?.name;
  /** `Clearwater, Dunedin`, or all of them. */
  const named = (ids: readonly string[]) =>
    ids.length === 0 ? 'All locations' : ids.map((id) => nameOf(id) ?? 'an archived location').join(', ');
  return { choices, nameOf, named };
}
