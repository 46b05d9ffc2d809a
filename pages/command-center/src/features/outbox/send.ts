import { parseDate } from '@internationalized/date';

import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';

export type Send = Schema<'Send'>;
export type SendEvent = Schema<'SendEvent'>;

export const statuses = (['pending', 'sent', 'skipped', 'failed', 'unknown'] as const satisfies readonly Send['status'][]).map((value) => ({
  value,
  label: statusWords(value),
}));
export const channels = (['email', 'sms', 'voice'] as const).map((value) => ({ value, label: value === 'sms' ? 'SMS' : words(value) }));

export function statusWords(status: Send['status']): string {
  return { pending: 'Under way', sent: 'Sent', skipped: 'Left out', failed: 'Failed', unknown: 'Outcome unknown' }[status];
}

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

/** A day of the tenant's as the moments that the API asks for: from its first, until the first after it. */
export function momentsOf(days: Record<string, string | undefined>, timeZone: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, day] of Object.entries(days)) {
    if (!day) continue;
    const date = parseDate(day.slice(0, 10));
    found[`filter[${name}]`] = (name.endsWith('_until') ? date.add({ days: 1 }) : date).toDate(timeZone).toISOString();
  }
  return found;
}
