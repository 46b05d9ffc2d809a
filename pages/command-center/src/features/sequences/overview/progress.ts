// How far a run has come, as it is shown.
import type { Schema } from '@/api';
import type { Share } from '@/design';

export type Progress = Schema<'SequenceProgress'>;

export const peopleParts = ({ completed, stopped, active }: Progress['enrolments']): Share[] => [
  { key: 'completed', label: 'Finished', count: completed, fill: 'bg-success' },
  { key: 'stopped', label: 'Ended early', count: stopped, fill: 'bg-warning' },
  { key: 'active', label: 'Under way', count: active, fill: 'bg-info' },
];

const MINUTE = 60_000;
const UNITS: [Intl.NumberFormatOptions['unit'], number][] = [
  ['day', 1_440 * MINUTE],
  ['hour', 60 * MINUTE],
  ['minute', MINUTE],
];

/** `About 12 days left`; nothing when nobody is under way. */
export function leftWords(end: string | null, now: number): string | undefined {
  if (end === null) return undefined;
  const left = Date.parse(end) - now;
  const [unit, length] = UNITS.find(([, size]) => left >= size) ?? [];
  if (!unit || !length) return 'Finished any moment';
  const long = new Intl.NumberFormat('en-US', { style: 'unit', unit, unitDisplay: 'long' }).format(Math.round(left / length));
  return `About ${long} left`;
}

export interface Told {
  at: number;
  sent: number;
}

/** How many were sent in the last minute, as the live feed has told. */
export function sentLately(told: readonly Told[], now: number): number {
  return told.filter(({ at }) => now - at < MINUTE).reduce((sum, { sent }) => sum + sent, 0);
}

const BECAUSE: Record<keyof Schema<'SkippedSends'>, string> = {
  unwanted: 'Suppressed, or asked for no email',
  no_address: 'No email address',
  condition: 'A condition of the step',
  ended: 'Ended before it was due',
  faulty: 'Template or step not usable',
};

/** Why sends were skipped, the most frequent reason first. */
export function skipReasons(because: Schema<'SkippedSends'>): { key: string; label: string; count: number }[] {
  return (Object.keys(BECAUSE) as (keyof typeof BECAUSE)[])
    .map((key) => ({ key, label: BECAUSE[key], count: because[key] }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
}
