// The content sync in words.
import type { Item, Schema } from '@/api';
import { words } from '@/lib/words.ts';

export type Run = Item<'/api/v1/sync/runs'>;
export type Delivery = Item<'/api/v1/sync/deliveries'>;
export type Synced = Item<'/api/v1/sync/records'>;

export const kindLabel = (kind: Run['kind']): string => (kind === 'full' ? 'Everything' : 'What changed');

const PHASES: Record<Run['phase'], string> = {
  communities: 'Communities',
  businesses: 'Businesses',
  vanished: 'Marking what is gone over there',
};
export const phaseLabel = (phase: Run['phase']): string => PHASES[phase];

/** Who began it: the API gives `user:` or `api_key:` with an id, or nothing when it began by itself. */
export function beganBy(requestedBy: string | null): string {
  if (requestedBy === null) return 'Itself';
  if (requestedBy.startsWith('user:')) return 'Somebody';
  return 'A key';
}

/** `business.updated`: `Business updated`. */
export const deliveryLabel = (type: string): string => words(type.replaceAll('.', ' '));

export function resourceLabel(resource: Schema<'SyncResource'>, remoteId: number | null): string {
  return `${words(resource)}${remoteId === null ? '' : ` ${remoteId}`}`;
}

export const outcomeTones = {
  created: 'success',
  updated: 'success',
  unchanged: 'neutral',
  refused: 'danger',
  ignored: 'neutral',
} as const satisfies Record<Schema<'DeliveryOutcome'>, string>;

/** `Every 15 minutes`, `Every hour`, `Every 2 hours`. */
export function every(minutes: number | null): string {
  if (minutes === null) return 'Only when it is started';
  if (minutes === 1) return 'Every minute';
  if (minutes % 60 !== 0) return `Every ${minutes} minutes`;
  return minutes === 60 ? 'Every hour' : `Every ${minutes / 60} hours`;
}
