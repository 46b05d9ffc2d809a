// Changes of many businesses, with a way back: what each of them had before is put back, and nothing else.
import type { Schema } from '@/api';

import type { Business, LeadStatus } from '../business.ts';

export type BulkBody = Schema<'BusinessesBulk'>;
export type BulkFilter = Schema<'BusinessFilter'>;
/** A call takes up to 1,000. */
const MOST = 1000;

export type Change =
  | { action: 'add_tags'; tag_ids: string[] }
  | { action: 'remove_tags'; tag_ids: string[] }
  | { action: 'assign'; owner_id: string | null }
  | { action: 'change_lead_status'; lead_status: LeadStatus }
  | { action: 'delete' }
  | { action: 'restore' };

export function bodiesOf(ids: readonly string[], change: Change): BulkBody[] {
  return Array.from({ length: Math.ceil(ids.length / MOST) }, (_, index) => ({
    ids: ids.slice(index * MOST, (index + 1) * MOST),
    ...change,
  }));
}

/** The calls that take `change` back for these rows, as they were before it. */
export function undoingOf(rows: readonly Business[], change: Change): BulkBody[] {
  const all = rows.map((row) => row.id);
  switch (change.action) {
    case 'delete':
      return bodiesOf(all, { action: 'restore' });
    case 'restore':
      return bodiesOf(all, { action: 'delete' });
    case 'add_tags':
    case 'remove_tags': {
      const isAdding = change.action === 'add_tags';
      return change.tag_ids.flatMap((tag) => {
        const changed = rows.filter((row) => row.tags.some((carried) => carried.id === tag) !== isAdding).map((row) => row.id);
        return bodiesOf(changed, { action: isAdding ? 'remove_tags' : 'add_tags', tag_ids: [tag] });
      });
    }
    case 'assign':
      return grouped(rows, (row) => row.owner_id).flatMap(([owner_id, ids]) => bodiesOf(ids, { action: 'assign', owner_id }));
    case 'change_lead_status':
      return grouped(rows, (row) => row.lead_status).flatMap(([lead_status, ids]) =>
        bodiesOf(ids, { action: 'change_lead_status', lead_status }),
      );
  }
}

function grouped<Key>(rows: readonly Business[], keyOf: (row: Business) => Key): [Key, string[]][] {
  const groups = new Map<Key, string[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row.id]);
  return [...groups];
}

/** The list's query as the filter of a bulk change. Undefined when it has what a bulk change cannot be asked for. */
export function bulkFilterOf(query: Record<string, unknown>): BulkFilter | undefined {
  const filter: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(query)) {
    const field = /^filter\[(.+)\]$/.exec(name)?.[1];
    if (!field || value === undefined || value === '') continue;
    if (field === 'deleted') return undefined;
    filter[field] = field === 'min_lead_score' ? Number(value) : String(value);
  }
  return filter as BulkFilter;
}
