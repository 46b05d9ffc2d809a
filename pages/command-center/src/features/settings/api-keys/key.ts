import type { Item } from '@/api';

export type ApiKey = Item<'/api/v1/api-keys'>;
export type KeyState = 'active' | 'expired' | 'revoked' | 'replaced';

/** Where a key is. One that was replaced goes on until it expires. */
export function stateOf(key: Pick<ApiKey, 'expires_at' | 'revoked_at' | 'replaced_by_id'>, now: number): KeyState {
  if (key.revoked_at) return 'revoked';
  if (key.expires_at && new Date(key.expires_at).getTime() <= now) return 'expired';
  return key.replaced_by_id ? 'replaced' : 'active';
}

const DAY_MS = 86_400_000;
export const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'never', label: 'Never', hint: 'Until it is revoked' },
  { value: 'day', label: 'On a day' },
];

/** When a key ends: days from now, never, or the day that is chosen. */
export function endOf(lifetime: string, day: string | null, now: number): string | null {
  if (lifetime === 'never') return null;
  if (lifetime === 'day') return day;
  return new Date(now + Number(lifetime) * DAY_MS).toISOString();
}

export const overlaps = [
  { value: '0', label: 'At once' },
  { value: '3600', label: 'After an hour' },
  { value: '86400', label: 'After a day' },
  { value: '604800', label: 'After a week' },
];
