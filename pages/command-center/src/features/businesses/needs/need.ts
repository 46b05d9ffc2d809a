import type { Schema } from '@/api/client.ts';
import type { Tone } from '@/design';
import { words } from '@/lib/words.ts';

export const interestLevels = (
  ['viewed', 'engaged', 'inquired', 'demo_requested', 'quoted', 'declined'] as const satisfies readonly Schema<'InterestLevel'>[]
).map((value) => ({ value, label: words(value) }));
export const severities = (['low', 'medium', 'high', 'critical'] as const satisfies readonly Schema<'Severity'>[]).map((value) => ({
  value,
  label: words(value),
}));
export const toneOfSeverity: Record<Schema<'Severity'>, Tone> = { low: 'neutral', medium: 'info', high: 'warning', critical: 'danger' };
export const toneOfInterest: Record<Schema<'InterestLevel'>, Tone> = {
  viewed: 'neutral',
  engaged: 'info',
  inquired: 'info',
  demo_requested: 'accent',
  quoted: 'accent',
  declined: 'danger',
};
/** A kind as somebody may type it is kept as the API has it: `missed_calls`. */
export const kindOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '');
