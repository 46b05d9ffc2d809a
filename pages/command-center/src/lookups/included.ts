import { usePermissions } from '@/session';
import type { Permission } from '@/session';

const PERMISSIONS = {
  business: 'businesses:read',
  community: 'communities:read',
  industry: 'industries:read',
  person: 'people:read',
} as const satisfies Record<string, Permission>;

/** Asks for what hangs on each record, as far as whoever asks may see that: otherwise the whole question is refused. */
export function included(...parts: (keyof typeof PERMISSIONS)[]): { include?: string } {
  const { can } = usePermissions();
  const seen = parts.filter((part) => can(PERMISSIONS[part]));
  return seen.length > 0 ? { include: seen.join(',') } : {};
}
