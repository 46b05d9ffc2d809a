import { describe, expect, it } from 'vitest';

import { momentsOf } from './moments.ts';

describe('the outbox', () => {
  it("asks for days of the tenant's zone, the last one whole", () => {
    expect(momentsOf({ planned_since: '2026-03-07', planned_until: '2026-03-07', sent_since: undefined }, 'America/New_York')).toEqual({
      'filter[planned_since]': '2026-03-07T05:00:00.000Z',
      'filter[planned_until]': '2026-03-08T05:00:00.000Z',
    });
  });

  it('takes a day with a change of the clock as long as it is', () => {
    const { 'filter[sent_since]': since, 'filter[sent_until]': until } = momentsOf(
      { sent_since: '2026-03-08', sent_until: '2026-03-08' },
      'America/New_York',
    );
    expect(Date.parse(until!) - Date.parse(since!)).toBe(23 * 3_600_000);
  });
});
