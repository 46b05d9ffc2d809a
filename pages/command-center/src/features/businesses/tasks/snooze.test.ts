import { parseZonedDateTime } from '@internationalized/date';
import { describe, expect, it } from 'vitest';

import { snoozes } from './snooze.ts';

describe('putting a task off', () => {
  it("goes to nine in the morning in the tenant's zone, also over a change of the clocks", () => {
    const friday = parseZonedDateTime('2026-03-06T16:30[America/Chicago]');
    expect(snoozes('America/Chicago', friday)).toEqual([
      { label: 'Three hours', until: '2026-03-07T01:30:00.000Z' },
      { label: 'Tomorrow', until: '2026-03-07T15:00:00.000Z' },
      { label: 'Monday', until: '2026-03-09T14:00:00.000Z' },
      { label: 'In two weeks', until: '2026-03-20T14:00:00.000Z' },
    ]);
  });

  it('means the next Monday on a Monday', () => {
    const monday = parseZonedDateTime('2026-06-01T08:00[America/Chicago]');
    expect(snoozes('America/Chicago', monday)[2]?.until).toBe('2026-06-08T14:00:00.000Z');
  });
});
