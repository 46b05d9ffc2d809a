// The words of sequences, their steps and windows.
import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';

export type Sequence = Schema<'Sequence'>;
export type Step = Schema<'Step'>;
export type StepIn = Schema<'StepIn'>;
export type Version = Schema<'Version'>;
export type SendWindow = Schema<'SendWindow'>;
export type Conditions = Schema<'Conditions'>;
export type Channel = Schema<'Channel'>;

export const statuses = (['draft', 'active', 'paused', 'archived'] as const satisfies readonly Sequence['status'][]).map((value) => ({
  value,
  label: words(value),
}));

export const leadStatuses = (
  ['prospect', 'lead', 'qualified', 'trial', 'customer', 'churned', 'unsubscribed'] as const satisfies readonly Schema<'LeadStatus'>[]
).map((value) => ({ value, label: words(value) }));

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DAY_NAMES: Record<string, string> = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' };
export const dayName = (day: string) => DAY_NAMES[day] ?? day;

/** When the API is told no window. */
export const OFFICE_HOURS: SendWindow = { start: '09:00', end: '17:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] };

/** `09:00` as `9:00 AM`; `24:00` is midnight. */
export function clock(time: string): string {
  const [hour, minute] = time.split(':').map(Number);
  if (hour === undefined || minute === undefined || Number.isNaN(hour + minute)) return time;
  const at = new Date(Date.UTC(2000, 0, 1, hour % 24, minute));
  return new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(at);
}

/** `Mon–Fri, 9:00 AM–5:00 PM`. */
export function windowWords(window: SendWindow): string {
  const isAllDay = window.start === '00:00' && window.end === '24:00';
  return `${daysWords(window.days ?? [...DAYS])}, ${isAllDay ? 'at any hour' : `${clock(window.start)}–${clock(window.end)}`}`;
}

function daysWords(days: readonly string[]): string {
  const on = DAYS.map((day, index) => (days.includes(day) ? index : -1)).filter((index) => index >= 0);
  if (on.length === 7) return 'Every day';
  const runs: number[][] = [];
  for (const index of on) {
    const run = runs.at(-1);
    if (run && run.at(-1) === index - 1) run.push(index);
    else runs.push([index]);
  }
  return runs
    .flatMap((run) =>
      run.length > 2 ? [`${dayName(DAYS[run[0]!]!)}–${dayName(DAYS[run.at(-1)!]!)}`] : run.map((index) => dayName(DAYS[index]!)),
    )
    .join(', ');
}

export const channelNames: Record<Channel, string> = { email: 'Email', sms: 'Text message', voice: 'Call' };

/** What a step's conditions say, a sentence each. */
export function conditionWords(conditions: Conditions | null | undefined): string[] {
  if (!conditions) return [];
  const step = (name: string) => (name === 'any' ? 'any step before' : name);
  const list = (all: readonly string[]) => all.join(' or ');
  return [
    conditions.skip_if_opened &&
      `Skipped if ${step(conditions.skip_if_opened)} was opened${conditions.count_privacy_opens ? ', privacy proxies included' : ''}`,
    conditions.skip_if_clicked && `Skipped if ${step(conditions.skip_if_clicked)} was clicked`,
    conditions.skip_if_replied && `Skipped if ${step(conditions.skip_if_replied)} was answered`,
    conditions.skip_if_tag?.length && `Skipped if tagged ${list(conditions.skip_if_tag)}`,
    conditions.skip_unless_tag?.length && `Skipped unless tagged ${list(conditions.skip_unless_tag)}`,
    conditions.skip_if_lead_status?.length &&
      `Skipped for ${list(conditions.skip_if_lead_status.map((status) => words(status).toLowerCase()))}`,
    conditions.stop_if?.length && `Ends the run once ${list(conditions.stop_if)}`,
  ].filter((line): line is string => typeof line === 'string' && line !== '');
}
