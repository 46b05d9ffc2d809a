import { describe, expect, it } from 'vitest';

import { canBeRemoved, labelOf, named } from './suppression.ts';

const row = {
  channel: 'email',
  address: 'no-more@bakery.example',
  reason: 'manual' as const,
  person_id: null,
  send_id: null,
  note: null,
  created_at: '2026-03-04T16:00:00Z',
};

describe('suppressions', () => {
  it('are named by channel and address', () => expect(named(row).id).toBe('email no-more@bakery.example'));

  it('can be taken back when somebody of the team added them, and not when the recipient decided', () => {
    expect(canBeRemoved(named(row))).toBe(true);
    for (const reason of ['unsubscribed', 'bounced', 'complained'] as const) expect(canBeRemoved(named({ ...row, reason }))).toBe(false);
  });

  it('say their reason in words', () => {
    expect(labelOf('manual')).toBe('Added by hand');
    expect(labelOf('complained')).toBe('Complained');
  });
});
