// Every permission there is, with what it allows.
import { computed } from 'vue';

import { useRecord } from '@/api';
import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';

export type Meaning = Schema<'PermissionOut'>;

export interface PermissionGroup {
  name: string;
  permissions: Meaning[];
}

const NAMES: Record<string, string> = { api_keys: 'API keys', ip_allow_list: 'IP allow list' };

/** `businesses:read` belongs to `Businesses`. */
export const groupOf = (permission: string): string => {
  const resource = permission.split(':')[0] ?? '';
  return NAMES[resource] ?? words(resource);
};

export function grouped(meanings: readonly Meaning[]): PermissionGroup[] {
  const groups = new Map<string, Meaning[]>();
  for (const meaning of meanings) groups.set(groupOf(meaning.permission), [...(groups.get(groupOf(meaning.permission)) ?? []), meaning]);
  return [...groups].map(([name, permissions]) => ({ name, permissions })).sort((one, other) => one.name.localeCompare(other.name));
}

export function usePermissionList() {
  const found = useRecord('/api/v1/permissions');
  return { ...found, all: computed(() => found.record.value ?? []), groups: computed(() => grouped(found.record.value ?? [])) };
}
