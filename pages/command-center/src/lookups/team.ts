// The members of the team, by name.
import { computed } from 'vue';

import { useList } from '@/api';
import { usePermissions, useSession } from '@/session';

export function useTeam() {
  const session = useSession();
  const { can } = usePermissions();
  const list = useList('/api/v1/members', () => ({ query: { limit: '500' }, enabled: can('members:read') }));
  const names = computed(() => new Map(list.rows.value.map((member) => [member.user_id, member.name || member.email])));

  return {
    choices: computed(() =>
      list.rows.value
        .filter((member) => member.status === 'active')
        .map((member) => ({ value: member.user_id, label: member.name || member.email, hint: member.email })),
    ),
    /** Whoever may not see the team sees their own name only. */
    nameOf: (id: string | null | undefined) =>
      id ? (names.value.get(id) ?? (id === session.me?.user?.id ? session.me.user.name : undefined)) : undefined,
  };
}
