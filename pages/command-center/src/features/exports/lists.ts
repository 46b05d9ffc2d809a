// The lists that can be exported, and the permission that each asks for as well.
import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';
import type { Permission } from '@/session';

export type ExportedList = Schema<'ExportedList'>;

const NEEDS: Record<ExportedList, Permission> = {
  businesses: 'businesses:read',
  people: 'people:read',
  communities: 'communities:read',
  industries: 'industries:read',
  tags: 'tags:read',
  notes: 'notes:read',
  tasks: 'tasks:read',
  deals: 'deals:read',
  'product-interests': 'needs:read',
  'pain-points': 'needs:read',
  objections: 'needs:read',
};

export const listLabel = (list: string): string => words(list);

export const listsFor = (can: (permission: Permission) => boolean) =>
  (Object.keys(NEEDS) as ExportedList[]).filter((list) => can(NEEDS[list])).map((value) => ({ value, label: listLabel(value) }));

/** `Lead status is lead, City is Clearwater`. */
export function filterText(filter: Record<string, unknown>): string {
  return Object.entries(filter)
    .map(([name, value]) => `${words(name)} is ${String(value)}`)
    .join(', ');
}
