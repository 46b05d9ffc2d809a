// Scores in words. How they come about: docs/scoring.md.
import type { Schema } from '@/api/client.ts';
import { relativeTime } from '@/lib/format.ts';
import { count, words } from '@/lib/words.ts';

export type Scores = Schema<'ScoresOut'>;
export type Score = Schema<'ScoreOut'>;
export type Contribution = Schema<'ContributionOut'>;

export const TITLES: Record<Score['score'], { title: string; meaning: string; none: string }> = {
  lead: { title: 'Lead', meaning: 'How promising it is.', none: 'No lead score yet.' },
  health: { title: 'Health', meaning: 'How well it does with us.', none: 'Only on trial and as a customer, or when set by hand.' },
  warmness: { title: 'Warmness', meaning: 'How close in touch we are. Above 80 somebody should call.', none: 'No warmness yet.' },
};
/** Warmness follows from what happens only. */
export const canBeSet = (score: Score['score']): score is 'lead' | 'health' => score !== 'warmness';

export const reasonOf = (contribution: Contribution): string => contribution.text || words(contribution.reason);
export const points = (value: number): string =>
  new Intl.NumberFormat('en-US', { signDisplay: 'exceptZero', maximumFractionDigits: 1 }).format(value);

/** Why what counted so much then counts so much now. */
export function decayOf(contribution: Contribution, now: number): string {
  const ago = relativeTime(contribution.occurred_at, now);
  const since = ago[0]!.toUpperCase() + ago.slice(1);
  if (contribution.reason === 'lead_status') return 'Counts as long as the status stays';
  if (contribution.half_life_days === null) return `${since}. Stays`;
  return `${since}. Halves every ${count(contribution.half_life_days, 'day')}`;
}

/** What the contributions that count for less than they are listed are worth together, so that the sum can be followed. */
export function sumOf(score: Score): { base: number; now: number; cut: boolean } {
  const now = score.contributions.reduce((sum, contribution) => sum + contribution.points_now, 0);
  const total = score.base + now;
  return { base: score.base, now, cut: total < 0 || total > 100 };
}
