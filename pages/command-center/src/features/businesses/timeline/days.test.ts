import { describe, expect, it } from 'vitest';

import { byDay } from './days.ts';

describe('the days of a timeline', () => {
  it("are the tenant's, not those of UTC", () => {
    const now = Date.parse('2026-03-03T12:00:00Z');
    const entries = ['2026-03-03T11:00:00Z', '2026-03-03T04:00:00Z', '2026-03-02T20:00:00Z', '2026-02-01T12:00:00Z'].map((occurred_at) => ({
      occurred_at,
    }));
    expect(byDay(entries, 'America/Chicago', now).map(({ title, entries: found }) => [title, found.length])).toEqual([
      ['Today', 1],
      ['Yesterday', 2],
      ['Sunday, February 1, 2026', 1],
    ]);
  });
});
