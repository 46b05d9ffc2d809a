import { describe, expect, it } from 'vitest';

import { decayOf, points, sumOf } from './score.ts';
import type { Contribution, Score } from './score.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const contribution = (given: Partial<Contribution>): Contribution => ({
  id: 'a',
  reason: 'email_replied',
  text: 'Replied',
  person_id: null,
  occurred_at: '2026-03-08T12:00:00Z',
  points_then: 20,
  points_now: 18.2,
  half_life_days: 14,
  ...given,
});

describe('a score', () => {
  it('says how what counts for it fades', () => {
    expect(decayOf(contribution({}), now)).toBe('2 days ago. Halves every 14 days');
    expect(decayOf(contribution({ half_life_days: 1 }), now)).toBe('2 days ago. Halves every 1 day');
    expect(decayOf(contribution({ half_life_days: null }), now)).toBe('2 days ago. Stays');
    expect(decayOf(contribution({ reason: 'lead_status', half_life_days: null }), now)).toBe('Counts as long as the status stays');
  });

  it('writes points with their sign', () => {
    expect([points(18.24), points(-5), points(0)]).toEqual(['+18.2', '-5', '0']);
  });

  it('says when the sum is cut at 0 or 100', () => {
    const score = { base: 90, contributions: [contribution({})] } as unknown as Score;
    expect(sumOf(score)).toEqual({ base: 90, now: 18.2, cut: true });
  });
});
