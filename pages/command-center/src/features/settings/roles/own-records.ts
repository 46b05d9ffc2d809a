// Permissions that a role can have for the records that one owns only: businesses and what hangs on them.
import type { Permission } from '@/session';

export const ABOUT_RECORDS: ReadonlySet<Permission> = new Set<Permission>([
  'activities:read',
  'activities:write',
  'businesses:delete',
  'businesses:read',
  'businesses:write',
  'deals:read',
  'deals:write',
  'enrolments:read',
  'enrolments:write',
  'ledger:read',
  'ledger:replay',
  'needs:read',
  'needs:write',
  'notes:delete',
  'notes:read',
  'notes:write',
  'people:delete',
  'people:read',
  'people:write',
  'records:merge',
  'tasks:delete',
  'tasks:read',
  'tasks:write',
]);
