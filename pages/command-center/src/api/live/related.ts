// Which queries show what has changed.
import type { QueryKey } from '@tanstack/vue-query';

import type { Change } from './change.ts';

/** Besides the paths in which the topic itself stands: what else changes with it. Parts of paths. */
const ALSO: Record<string, string[]> = {
  businesses: ['customers', 'dashboard', 'search'],
  people: ['segments', 'dashboard', 'search'],
  notes: ['activities', 'search'],
  tasks: ['dashboard', 'activities'],
  deals: ['board', 'conversion', 'stages', 'dashboard', 'activities'],
  stages: ['pipelines', 'board'],
  pipelines: ['board', 'stages'],
  sends: ['ledger', 'engagement', 'progress', 'history', 'dashboard', 'activities', 'providers'],
  engagement: ['sends', 'ledger', 'history', 'dashboard', 'activities'],
  enrolments: ['progress', 'enrolment-jobs', 'dashboard', 'activities'],
  sequences: ['checklist', 'progress', 'dashboard'],
  templates: ['checklist'],
  scores: ['businesses', 'customers'],
  'scoring-rules': ['scores'],
  duplicates: ['dashboard'],
  merges: ['businesses', 'people', 'duplicates', 'customers'],
  imports: ['dashboard', 'businesses', 'people'],
  sync: ['businesses', 'communities', 'dashboard'],
  tags: ['businesses'],
  suppressions: ['checklist'],
  'dead-letters': ['dashboard'],
  roles: ['me', 'members'],
  members: ['me'],
  tenant: ['me', 'checklist'],
  'feature-flags': ['features'],
};

interface Shown {
  kind: unknown;
  path: string;
  where: { id?: unknown };
}

function shownBy(key: QueryKey): Shown | undefined {
  const [kind, path, where] = key;
  return typeof path === 'string' ? { kind, path, where: (where ?? {}) as { id?: unknown } } : undefined;
}

/** Whether the query of this key may show something else now. */
export function shows(key: QueryKey, { topic, key: record }: Change): boolean {
  const query = shownBy(key);
  if (!query) return false;
  const [, , , first, ...rest] = query.path.split('/');
  const also = ALSO[topic] ?? [];
  if (first === topic) {
    // One record of the topic, or what belongs to one: only if it is the one, when that is known.
    return rest[0] !== '{id}' || record === '' || query.where.id === record;
  }
  const last = rest.findLast((part) => !part.startsWith('{'));
  return last === topic || [first, last].some((part) => part !== undefined && also.includes(part));
}
