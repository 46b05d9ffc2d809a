// What an entry of the audit log says, in words.
import type { Item } from '@/api';
import { words } from '@/lib/words.ts';

export type Entry = Item<'/api/v1/audit-log'>;

/** `createApiKey` and `sign_in.succeeded` as people read them: `Create api key`, `Sign in succeeded`. */
export function actionOf(action: string): string {
  const apart = action.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll('.', ' ');
  return words(apart.toLowerCase()).replaceAll(/\b(api|ip|id|csv)\b/gi, (name) => name.toUpperCase());
}

const KINDS: Record<Entry['actor_kind'], string> = {
  user: 'Somebody',
  api_key: 'An API key',
  system: 'The platform',
  anonymous: 'Unknown',
};

/** Who: a member by their name, a key by its prefix, else what kind of actor it was. */
export function actorOf(entry: Pick<Entry, 'actor_kind' | 'actor_id' | 'actor_label'>, members: ReadonlyMap<string, string>): string {
  const name = entry.actor_kind === 'user' && entry.actor_id ? members.get(entry.actor_id) : undefined;
  if (name) return name;
  // The key of the platform's settings is called so; others have the beginning of theirs.
  if (entry.actor_kind === 'api_key' && entry.actor_label)
    return entry.actor_label.includes('key') ? words(entry.actor_label) : `Key ${entry.actor_label}…`;
  return entry.actor_label ?? KINDS[entry.actor_kind];
}

export const outcomes = [
  { value: 'success', label: 'Done' },
  { value: 'denied', label: 'Not allowed' },
  { value: 'failure', label: 'Not done' },
];
export const outcomeLabel = (outcome: Entry['outcome']): string => outcomes.find((one) => one.value === outcome)?.label ?? words(outcome);
export const outcomeTone = (outcome: Entry['outcome']) =>
  (({ success: 'success', denied: 'danger', failure: 'warning' }) as const)[outcome];
