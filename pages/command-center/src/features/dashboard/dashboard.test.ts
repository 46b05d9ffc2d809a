import { describe, expect, it } from 'vitest';

import { engagementRows, periodOf, placeOf, planOf, spanText } from './dashboard.ts';

const skipped_because = { condition: 0, unwanted: 0, ended: 0, no_address: 0, faulty: 0 };
const engaged = { opened: 0, clicked: 0, opens: 0, clicks: 0 };
const engagement = {
  went_out: 0,
  delivered: 0,
  bounced: 0,
  complained: 0,
  replied: 0,
  unsubscribed: 0,
  human: engaged,
  machine: engaged,
  rates: null,
};

describe('the dashboard', () => {
  it('sets what is decided against the plan of the day', () => {
    const today = {
      day: '2026-11-21',
      due: 40,
      went_out: 55,
      planned: 60,
      pending: 10,
      sent: 45,
      failed: 2,
      unknown: 1,
      skipped: 2,
      skipped_because,
    };
    expect(planOf(today)).toEqual({ total: 100, decided: 50 });
  });

  it('says no rate where nothing went out', () => {
    const rows = engagementRows({ current: engagement, previous: engagement });
    expect(rows.every((row) => row.rate === undefined)).toBe(true);
  });

  it('keeps people and machines apart', () => {
    const current = { ...engagement, human: { ...engaged, opened: 3 }, machine: { ...engaged, opened: 9 } };
    const opened = engagementRows({ current, previous: engagement }).find((row) => row.key === 'opened');
    expect(opened).toMatchObject({ people: 3, machines: 9 });
  });

  it('names its days', () => {
    expect(spanText({ first_day: '2026-11-15', last_day: '2026-11-21' }).replaceAll(/\s/g, ' ')).toBe('Nov 15 – 21');
    expect(spanText({ first_day: '2026-11-21', last_day: '2026-11-21' })).toBe('Nov 21');
  });

  it('takes a period that there is not for the usual one', () => expect(periodOf('year')).toBe('7d'));

  it('knows where something is only when it does', () => {
    expect(placeOf({ kind: 'dead_letters', count: 1, or_more: false, text: '', path: '' })).toBe('/dead-letters');
    expect(placeOf({ kind: 'something_new', count: 1, or_more: false, text: '', path: '' })).toBeUndefined();
  });
});
