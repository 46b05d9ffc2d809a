import { describe, expect, it } from 'vitest';

import { snoozesFrom } from './snooze.ts';
import { isOverdue, isSnoozed, stateQuery } from './task.ts';

const now = Date.parse('2026-03-04T16:00:00Z');

describe('a task', () => {
  it('is overdue when it is late, open, and not put off', () => {
    const late = { due_at: '2026-03-04T15:00:00Z', snoozed_until: null, status: 'pending' as const };
    expect(isOverdue(late, now)).toBe(true);
    expect(isOverdue({ ...late, status: 'completed' }, now)).toBe(false);
    expect(isOverdue({ ...late, snoozed_until: '2026-03-05T15:00:00Z' }, now)).toBe(false);
    expect(isOverdue({ ...late, due_at: null }, now)).toBe(false);
  });

  it('is snoozed until its time has come', () => {
    expect(isSnoozed({ snoozed_until: '2026-03-05T15:00:00Z', status: 'pending' }, now)).toBe(true);
    expect(isSnoozed({ snoozed_until: '2026-03-03T15:00:00Z', status: 'pending' }, now)).toBe(false);
  });

  it('is shown with the open ones where a link says nothing that is known', () => {
    expect(stateQuery('overdue')).toEqual({ 'filter[overdue]': 'true' });
    expect(stateQuery('nonsense')).toEqual({ 'filter[open]': 'true' });
  });
});

describe('putting off', () => {
  it('is to mornings of the zone, across a change of its clock', () => {
    // A Saturday; clocks go forward on Sunday.
    const snoozes = snoozesFrom('America/New_York', new Date('2026-03-07T15:00:00Z'));
    expect(snoozes.map(({ until }) => until)).toEqual([
      '2026-03-07T18:00:00.000Z',
      '2026-03-08T13:00:00.000Z',
      '2026-03-09T13:00:00.000Z',
      '2026-04-06T13:00:00.000Z',
    ]);
  });

  it('means the Monday after on a Monday', () => {
    expect(snoozesFrom('UTC', new Date('2026-03-09T08:00:00Z'))[2]!.until).toBe('2026-03-16T09:00:00.000Z');
  });
});
