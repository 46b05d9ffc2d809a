// Changing who is in the team, and as what.
import { computed } from 'vue';

import { api, useAction, useRefresh, useToasts } from '@/api';
import type { Item, Schema } from '@/api';
import type { useSession } from '@/session';

export type Member = Item<'/api/v1/members'>;

/** Only owners change owners and themselves; the API says the same. */
export function mayChange(session: ReturnType<typeof useSession>, member: Pick<Member, 'user_id' | 'role'>): boolean {
  if (!session.can('members:write')) return false;
  if (session.me?.membership.role === 'owner') return true;
  return member.role !== 'owner' && member.user_id !== session.me?.user.id;
}

export function useMembership() {
  const toasts = useToasts();
  const refresh = useRefresh();
  const change = useAction((id: string, body: Schema<'MembershipPatch'>) =>
    api.patch('/api/v1/members/{id}', { params: { path: { id } }, body }),
  );
  const removal = useAction((id: string) => api.delete('/api/v1/members/{id}', { params: { path: { id } } }));

  async function setStatus(member: Member, status: Member['status']): Promise<void> {
    const name = member.name || member.email;
    const saved = await change.run(member.user_id, { status });
    if (!saved) return toasts.fail(change.error.value);
    const before = member.status;
    toasts.show({
      title: status === 'suspended' ? `${name} is suspended` : `${name} is back in`,
      action: { label: 'Undo', run: () => void setStatus({ ...member, status }, before) },
    });
    await refresh('/api/v1/members', '/api/v1/members/{id}');
  }

  async function remove(member: Member): Promise<void> {
    const removed = await removal.run(member.user_id);
    if (!removed) return toasts.fail(removal.error.value);
    toasts.show({ title: `${member.name || member.email} is removed` });
    await refresh('/api/v1/members');
  }

  return { setStatus, remove, isRunning: computed(() => change.isRunning.value || removal.isRunning.value) };
}
