// What a field of two records holds, in words.
import type { Schema } from '@/api/client.ts';
import { hoursOf } from '@/features/businesses/detail/hours.ts';
import { absoluteTime } from '@/lib/format.ts';
import { words } from '@/lib/words.ts';

export type Field = Schema<'MergedField'>;

const LABELS: Record<string, string> = {
  community_id: 'Community',
  industry_id: 'Industry',
  location_id: 'Location',
  owner_id: 'Owner',
  lead_status: 'Status',
  employee_count_range: 'Employees',
  annual_revenue_range: 'Revenue',
  year_established: 'Founded',
  google_business_id: 'Google profile',
  facebook_url: 'Facebook',
  instagram_handle: 'Instagram',
  yelp_url: 'Yelp',
  external_id: 'External id',
  content_db_id: 'Content database',
  hours_of_operation: 'Opening hours',
  business_context: 'Context for AI',
  metadata: 'Other data',
  is_decision_maker: 'Decides',
  do_not_email: 'No email',
  do_not_sms: 'No text messages',
  do_not_call: 'No calls',
  total_emails_sent: 'Emails sent',
  total_emails_opened: 'Emails opened',
  total_clicks: 'Clicks',
  last_engaged_at: 'Last engaged',
  replied_at: 'Last reply',
  booked_at: 'Last booking',
  ordered_at: 'Last order',
  unsubscribed_at: 'Unsubscribed',
};
export const labelOf = (field: string): string => LABELS[field] ?? words(field);

/** Names of records that a field holds by id. */
export const REFERENCES = ['community_id', 'industry_id', 'location_id', 'owner_id'] as const;
export type Reference = (typeof REFERENCES)[number];
export const isReference = (field: string): field is Reference => (REFERENCES as readonly string[]).includes(field);

/** Empty when there is nothing. */
export function textOf(field: string, value: unknown, timeZone: string): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number')
    return field === 'year_established' || field === 'content_db_id' ? String(value) : value.toLocaleString('en-US');
  if (typeof value === 'string') {
    if (field.endsWith('_at')) return absoluteTime(value, timeZone);
    return ['lead_status', 'role', 'preferred_channel', 'source'].includes(field) ? words(value) : value;
  }
  if (field === 'hours_of_operation') {
    const days = hoursOf(value);
    if (days.length > 0) return days.map(({ day, spans }) => `${day} ${spans}`).join('; ');
  }
  if (field === 'address' || field === 'name' || field === 'source' || field === 'content_db_id') {
    // Coordinates and times say little to who compares two records.
    const parts = Object.entries(value as Record<string, unknown>).filter(([key]) => !/_(lat|lng|at)$/.test(key));
    return parts
      .map(([key, part]) => (key === 'source' && typeof part === 'string' ? words(part) : part))
      .filter((part) => part !== null && part !== '')
      .join(field === 'name' ? ' ' : ', ');
  }
  return JSON.stringify(value);
}

export function isSame(field: Field): boolean {
  if (canonical(field.kept) === canonical(field.other)) return true;
  // An address that differs in its coordinates only is the same to who reads it.
  const isComposite = typeof field.kept === 'object' && typeof field.other === 'object' && field.kept !== null && field.other !== null;
  return isComposite && textOf(field.field, field.kept, 'UTC') === textOf(field.field, field.other, 'UTC');
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

/** Where sums, or the stricter wish, are taken, nothing is chosen. */
export const isChosen = (field: Field): boolean => field.taken !== 'both';

export function whatBothBecome(field: string): string {
  if (field.startsWith('total_')) return 'Added up';
  if (field.startsWith('do_not_')) return 'The wish of either holds';
  if (field === 'unsubscribed_at') return 'The earlier one';
  if (field.endsWith('_at')) return 'The later one';
  return 'If either does';
}
