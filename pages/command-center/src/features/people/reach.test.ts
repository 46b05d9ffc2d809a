import { describe, expect, it } from 'vitest';

import { reachOf } from './reach.ts';
import type { Reachable } from './reach.ts';

const person = (given: Partial<Reachable>): Reachable => ({
  email: 'dana@example.com',
  phone: '+1 312 555 0100',
  do_not_email: false,
  do_not_sms: false,
  do_not_call: false,
  unsubscribed_at: null,
  bounced_at: null,
  ...given,
});
const open = (given: Partial<Reachable>) => reachOf(person(given)).map((reach) => reach.isOpen);

describe('how somebody can be reached', () => {
  it('is by every channel when nothing speaks against it', () => {
    expect(open({})).toEqual([true, true, true]);
  });

  it('follows what they asked for, channel by channel', () => {
    expect(open({ do_not_email: true })).toEqual([false, true, true]);
    expect(open({ do_not_sms: true })).toEqual([true, false, true]);
    expect(open({ do_not_call: true })).toEqual([true, true, false]);
  });

  it('says why not, and since when', () => {
    expect(reachOf(person({ unsubscribed_at: '2026-03-01T00:00:00Z' }))[0]).toMatchObject({
      reason: 'Unsubscribed.',
      since: '2026-03-01T00:00:00Z',
    });
    expect(reachOf(person({ bounced_at: '2026-03-02T00:00:00Z' }))[0]).toMatchObject({ isOpen: false, since: '2026-03-02T00:00:00Z' });
    expect(reachOf(person({ email: null, phone: null })).map((reach) => reach.reason)).toEqual([
      'There is no address.',
      'There is no number.',
      'There is no number.',
    ]);
  });
});
