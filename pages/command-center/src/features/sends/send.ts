// The words of sends.
import type { RouteLocationRaw } from 'vue-router';

import type { Schema } from '@/api';
import type { Share } from '@/design';
import { words } from '@/lib/words.ts';

export type Send = Schema<'Send'>;
export type SendEvent = Schema<'SendEvent'>;

export function statusWords(status: Send['status']): string {
  return { pending: 'Under way', sent: 'Sent', skipped: 'Skipped', failed: 'Failed', unknown: 'Outcome unknown' }[status];
}

export const statuses = (['pending', 'sent', 'skipped', 'failed', 'unknown'] as const satisfies readonly Send['status'][]).map((value) => ({
  value,
  label: statusWords(value),
}));

/** What shows a status in a bar of many. */
export const statusFills: Record<Send['status'], string> = {
  sent: 'bg-success',
  pending: 'bg-info',
  skipped: 'bg-line-strong',
  failed: 'bg-danger',
  unknown: 'bg-warning',
};

/** What is with the steps of a day: what became of those that were decided, and those that are still to be. */
export const dayParts = (
  day: Record<Send['status'] | 'due', number>,
  to?: (status: Send['status']) => RouteLocationRaw | undefined,
): Share[] => [
  ...statuses.map(({ value, label }) => ({ key: value, label, count: day[value], fill: statusFills[value], to: to?.(value) })),
  { key: 'due', label: 'Still due', count: day.due, fill: 'bg-info/40' },
];

export const channels = (['email', 'sms', 'voice'] as const).map((value) => ({ value, label: value === 'sms' ? 'SMS' : words(value) }));

/** What came of a send, the strongest sign first. What only machines did says so. */
export function reaction(send: Send): string | undefined {
  if (send.complained_at) return 'Reported as spam';
  if (send.unsubscribed_at) return 'Unsubscribed';
  if (send.bounced_at) return 'Refused for good';
  if (send.replied_at) return 'Answered';
  if (send.clicked_at) return 'Clicked';
  if (send.opened_at) return 'Opened';
  if (send.machine_opened_at) return 'Opened by a machine';
  if (send.delivered_at) return 'Delivered';
  return undefined;
}
