import { describe, expect, it } from 'vitest';

import { spanOf } from './period.ts';

describe('the time of figures', () => {
  it('is the last so many days', () => {
    expect(spanOf('30', undefined, undefined, 'UTC', Date.parse('2026-03-31T12:00:00Z'))).toEqual({ from: '2026-03-01T12:00:00.000Z' });
  });

  it('is whole days of the zone, across a change of its clock', () => {
    expect(spanOf('between', '2026-03-07', '2026-03-08', 'America/New_York', 0)).toEqual({
      from: '2026-03-07T05:00:00.000Z',
      to: '2026-03-09T04:00:00.000Z',
    });
  });

  it('is nothing while the days make no sense', () => {
    expect(spanOf('between', '2026-03-08', '2026-03-07', 'UTC', 0)).toBeUndefined();
    expect(spanOf('between', '2026-03-08', undefined, 'UTC', 0)).toBeUndefined();
  });
});
