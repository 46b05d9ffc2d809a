import { describe, expect, it } from 'vitest';

import { momentsOf, reaction } from './send.ts';
import type { Send } from './send.ts';

const send = {
  complained_at: null,
  unsubscribed_at: null,
  bounced_at: null,
  replied_at: null,
  clicked_at: null,
  opened_at: null,
  machine_opened_at: null,
  delivered_at: null,
} as Send;
const at = '2026-03-04T16:00:00Z';

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

  it('says what came of a send, and what only a machine did', () => {
    expect(reaction(send)).toBeUndefined();
    expect(reaction({ ...send, delivered_at: at, machine_opened_at: at })).toBe('Opened by a machine');
    expect(reaction({ ...send, opened_at: at, machine_opened_at: at })).toBe('Opened');
    expect(reaction({ ...send, clicked_at: at, complained_at: at })).toBe('Reported as spam');
  });
});
