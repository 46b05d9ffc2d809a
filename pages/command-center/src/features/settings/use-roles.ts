// The roles of the tenant: what each is called, and which ones somebody may give.
import { computed } from 'vue';

import { useRecord } from '@/api';
import type { Schema } from '@/api';
import type { Choice } from '@/design';
import { words } from '@/lib/words.ts';
import { useSession } from '@/session';

export type Role = Schema<'RoleOut'>;

/** Built-in roles are called by a word, as `owner`; the tenant's own have names. */
export const roleName = (role: Role): string => (role.is_built_in ? words(role.name) : role.name);

export function useRoles() {
  const session = useSession();
  const found = useRecord('/api/v1/roles', () => ({ enabled: session.can('roles:read') }));
  const roles = computed(() => found.record.value ?? []);
  const isOwner = computed(() => session.me?.membership.role === 'owner');

  /** Only owners make owners, and nobody gives what they have not got. */
  const mayGive = (role: Role) => (role.id === 'owner' ? isOwner.value : role.permissions.every((permission) => session.can(permission)));

  function nameOf(id: string): string {
    const role = roles.value.find((one) => one.id === id);
    return role ? roleName(role) : words(id);
  }

  /** With the one that somebody has already, even if it could not be given. */
  const choicesFor = (current?: string): Choice[] =>
    roles.value
      .filter((role) => mayGive(role) || role.id === current)
      .map((role) => ({ value: role.id, label: roleName(role), ...(role.description ? { hint: role.description } : {}) }));

  return { ...found, roles, isOwner, nameOf, choicesFor };
}
