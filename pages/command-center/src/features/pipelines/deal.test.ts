import { describe, expect, it } from 'vitest';

import { fromMinor, leadsTo, titleOf, toMinor, withDealAt } from './deal.ts';
import type { Board, Deal, Stage } from './deal.ts';

const now = '2026-03-04T16:00:00Z';
const stage = (id: string, kind: Stage['kind'], moves_to: string[] | null = null): Stage => ({
  id,
  pipeline_id: 'p',
  name: id,
  built_in: null,
  position: 1,
  kind,
  probability: 50,
  color: '#6B7280',
  stale_after_days: null,
  moves_to,
  created_at: now,
  updated_at: now,
});
const deal = (id: string, stage_id: string, amount: number | null = null): Deal => ({
  id,
  pipeline_id: 'p',
  stage_id,
  business_id: `b-${id}`,
  person_id: null,
  name: null,
  amount,
  currency: amount === null ? null : 'USD',
  owner_id: null,
  expected_close_on: null,
  status: 'open',
  lost_reason: null,
  entered_stage_at: '2026-01-01T00:00:00Z',
  is_stale: true,
  closed_at: null,
  created_at: now,
  updated_at: now,
});
const pipeline = {
  id: 'p',
  name: 'Sales',
  description: null,
  built_in: null,
  created_at: now,
  updated_at: now,
  stages: [stage('new', 'open', ['won']), stage('won', 'won'), stage('lost', 'lost')],
};
const board: Board = {
  pipeline,
  stages: [
    {
      stage_id: 'new',
      count: 2,
      stale_count: 2,
      totals: [{ currency: 'USD', amount: 500 }],
      deals: [deal('a', 'new', 500), deal('b', 'new')],
      next_cursor: null,
    },
    { stage_id: 'won', count: 1, stale_count: 0, totals: [], deals: [deal('c', 'won')], next_cursor: null },
    { stage_id: 'lost', count: 0, stale_count: 0, totals: [], deals: [], next_cursor: null },
  ],
};

describe('a deal', () => {
  it('is called by its name, else by its business', () => {
    expect(titleOf({ name: 'Ads' }, 'Corner Bakery')).toBe('Ads');
    expect(titleOf({ name: null }, 'Corner Bakery')).toBe('Corner Bakery');
  });

  it('goes only where its stage leads', () => {
    expect(leadsTo(pipeline, 'new', 'won')).toBe(true);
    expect(leadsTo(pipeline, 'new', 'lost')).toBe(false);
    expect(leadsTo(pipeline, 'won', 'lost')).toBe(true);
  });

  it('has its worth in minor units, which not every currency has', () => {
    expect(toMinor(12.5, 'USD')).toBe(1250);
    expect(toMinor(1200, 'JPY')).toBe(1200);
    expect(fromMinor(1250, 'USD')).toBe(12.5);
  });
});

describe('the board with a deal elsewhere', () => {
  it('counts and adds it up there', () => {
    const after = withDealAt(board, deal('a', 'new', 500), 'won', deal('c', 'won'), now);
    expect(after.stages.map(({ count, stale_count }) => [count, stale_count])).toEqual([
      [1, 1],
      [2, 0],
      [0, 0],
    ]);
    expect(after.stages[0]!.totals).toEqual([]);
    expect(after.stages[1]!.totals).toEqual([{ currency: 'USD', amount: 500 }]);
    expect(after.stages[1]!.deals.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(after.stages[1]!.deals[0]).toMatchObject({ stage_id: 'won', status: 'won', is_stale: false });
  });

  it('keeps all figures when it only moves within its stage', () => {
    const after = withDealAt(board, deal('a', 'new', 500), 'new', undefined, now);
    expect(after.stages[0]).toMatchObject({ count: 2, stale_count: 2, totals: [{ currency: 'USD', amount: 500 }] });
    expect(after.stages[0]!.deals.map(({ id }) => id)).toEqual(['b', 'a']);
  });
});
