// The dashboard's figures, as its parts show them.
import type { Schema } from '@/api';

export type Dashboard = Schema<'Dashboard'>;
export type Attention = Dashboard['attention'][number];
export type Sending = NonNullable<Dashboard['sends']>;
export type Engagement = NonNullable<Dashboard['engagement']>;

export const periods = [
  { value: 'today', label: 'Today' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
] as const;
export type Period = (typeof periods)[number]['value'];

export const periodOf = (text: string): Period => periods.find(({ value }) => value === text)?.value ?? '7d';

const DAY = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** `Nov 8 – 21`; a single day is said once. */
export function spanText({ first_day: first, last_day: last }: { first_day: string; last_day: string }): string {
  return DAY.formatRange(new Date(`${first}T12:00:00Z`), new Date(`${last}T12:00:00Z`));
}

/** How much of today's plan is decided: what was sent, skipped or failed. */
export function planOf(today: Sending['today']): { total: number; decided: number } {
  return { total: today.planned + today.due, decided: today.planned - today.pending };
}

export interface EngagementRow {
  key: string;
  label: string;
  people: number;
  machines?: number;
  rate: number | undefined;
  before: number | undefined;
}

/** What happened to emails. Only opens and clicks are made by machines, too. */
export function engagementRows({ current, previous }: Engagement): EngagementRow[] {
  const row = (key: 'delivered' | 'replied' | 'unsubscribed' | 'bounced' | 'complained', label: string): EngagementRow => ({
    key,
    label,
    people: current[key],
    rate: current.rates?.[key],
    before: previous.rates?.[key],
  });
  const both = (key: 'opened' | 'clicked', label: string): EngagementRow => ({
    key,
    label,
    people: current.human[key],
    machines: current.machine[key],
    rate: current.rates?.[key],
    before: previous.rates?.[key],
  });
  return [
    row('delivered', 'Delivered'),
    both('opened', 'Opened'),
    both('clicked', 'Clicked'),
    row('replied', 'Answered'),
    row('unsubscribed', 'Unsubscribed'),
    row('bounced', 'Refused for good'),
    row('complained', 'Reported as spam'),
  ];
}

/** Where in the app what needs a person is found. */
const PLACES: Record<string, string> = {
  sending_is_off: '/settings/feature-flags',
  unknown_sends: '/outbox?status=unknown',
  failed_sends: '/outbox?status=failed',
  dead_letters: '/dead-letters',
  failing_sync: '/content-sync',
  failed_imports: '/imports',
  paused_sequences: '/sequences?status=paused',
  overdue_tasks: '/tasks?who=all&state=overdue',
  duplicate_businesses: '/duplicates?what=businesses',
  duplicate_people: '/duplicates?what=people',
};
export const placeOf = (item: Attention): string | undefined => PLACES[item.kind];
