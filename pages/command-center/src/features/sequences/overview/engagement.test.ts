import { describe, expect, it } from 'vitest';

import { figuresOf, linesOf, percent, periodOf, rowOf } from './engagement.ts';
import type { Figures, StepEngagement } from './engagement.ts';

const none = { opened: 0, clicked: 0, opens: 0, clicks: 0 };
const quiet: Figures = {
  planned: 0,
  pending: 0,
  sent: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
  skipped_because: { condition: 0, unwanted: 0, ended: 0, no_address: 0, faulty: 0 },
  went_out: 0,
  delivered: 0,
  bounced: 0,
  complained: 0,
  replied: 0,
  unsubscribed: 0,
  human: none,
  machine: none,
  rates: null,
};
const step = (id: string, number: number | null): StepEngagement => ({
  ...quiet,
  step_id: id,
  campaign_id: number === null ? null : `HOOK-${number}`,
  step_number: number,
  day_offset: number,
  version: number,
});

describe('engagement by step', () => {
  it('tells people and machines apart', () => {
    const figures = figuresOf({ ...quiet, went_out: 4, human: { ...none, opened: 1 }, machine: { ...none, opened: 3 } });
    expect(figures.find(({ key }) => key === 'opened')).toEqual({ key: 'opened', label: 'Opened', count: 1, rate: null, machines: 3 });
  });

  it('has a line for all where there are several, and names what no version has any more', () => {
    const of = (steps: StepEngagement[]) => linesOf({ first_day: null, last_day: null, total: quiet, steps });
    expect(of([step('a', 1)]).map(({ name }) => name)).toEqual(['HOOK-1']);
    expect(of([step('a', 1), step('b', null)]).map(({ name, place }) => [name, place])).toEqual([
      ['HOOK-1', 'Step 1, day 1'],
      ['Removed step', ''],
      ['All steps', ''],
    ]);
  });

  it('is a row of a file, machines beside people', () => {
    const found = { ...quiet, went_out: 4, human: { ...none, opened: 1 }, machine: { ...none, opened: 3 } };
    const [line] = linesOf({ first_day: null, last_day: null, total: quiet, steps: [{ ...step('a', 1), ...found }] });
    expect(rowOf(line!)).toMatchObject({ Step: 'HOOK-1', Sent: 4, Opened: 1, 'Opened by machines': 3 });
  });

  it('writes rates so that small ones can be told apart', () => {
    expect([percent(null), percent(0), percent(0.004), percent(0.25)]).toEqual(['–', '0%', '0.4%', '25%']);
  });

  it('asks for all time unless a period is named', () => {
    expect([periodOf('30d'), periodOf('wild')]).toEqual(['30d', 'ever']);
  });
});
