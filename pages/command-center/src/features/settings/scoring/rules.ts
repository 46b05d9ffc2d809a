// What counts for a score, and what may: the words for it, and whether it was changed.
import type { Schema } from '@/api';
import { activityTypesBut } from '@/lookups/activity-types.ts';

export type Rules = Schema<'ScoringRules'>;
export type ScoreName = 'lead' | 'health' | 'warmness';

export const scores: { value: ScoreName; label: string; says: string }[] = [
  { value: 'lead', label: 'Lead', says: 'How promising a business is.' },
  { value: 'health', label: 'Health', says: 'How well it does with us. Only on trial and as a customer, or when set by hand.' },
  { value: 'warmness', label: 'Warmness', says: 'How close in touch we are. Above 80 somebody should call.' },
];

/** What they do. What we send ourselves counts for nothing, so it is not here. */
export const activities = activityTypesBut('email_sent', 'sms_sent', 'sms_delivered');

export const statuses = [
  'prospect',
  'lead',
  'qualified',
  'trial',
  'customer',
  'churned',
  'unsubscribed',
] as const satisfies readonly Schema<'LeadStatus'>[];

/** The rules without what the API says beside them, as they are sent. */
export function rulesOf(out: Schema<'ScoringRulesOut'>): Rules {
  const score = ({ base, events, statuses: at }: Rules['lead']): Rules['lead'] => ({
    base,
    events: events.map((rule) => ({
      on: rule.on,
      points: rule.points,
      half_life_days: rule.half_life_days ?? null,
      cap: rule.cap ?? null,
    })),
    statuses: at.map((rule) => ({ ...rule })),
  });
  return {
    lead: score(out.lead),
    health: score(out.health),
    warmness: score(out.warmness),
    by_hand_half_life_days: out.by_hand_half_life_days,
  };
}

/** What a rule comes to, as one would say it: `+10 each, half of it gone after 30 days, at most 40 together`. */
export function sentenceOf(rule: Pick<Rules['lead']['events'][number], 'points' | 'half_life_days' | 'cap'>): string {
  const points = `${rule.points > 0 ? '+' : ''}${rule.points} each`;
  const life = rule.half_life_days
    ? `half of it gone after ${rule.half_life_days === 1 ? 'a day' : `${rule.half_life_days} days`}`
    : 'for good';
  return [points, life, ...(rule.cap ? [`at most ${rule.cap} together`] : [])].join(', ');
}
