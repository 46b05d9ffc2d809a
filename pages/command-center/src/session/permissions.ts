import { useSession } from './session.ts';
import type { Permission } from './session.ts';

/** `const { can } = usePermissions()`, then `v-if="can('people:write')"`. */
export function usePermissions() {
  const session = useSession();
  return { can: (permission: Permission) => session.can(permission) };
}
