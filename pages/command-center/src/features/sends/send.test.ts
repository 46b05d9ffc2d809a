import { expect, it } from 'vitest';

import { inZone, named } from './history.ts';
import { dayParts, reaction } from './send.ts';
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

it('says what came of a send, and what only a machine did', () => {
  expect(reaction(send)).toBeUndefined();
  expect(reaction({ ...send, delivered_at: at, machine_opened_at: at })).toBe('Opened by a machine');
  expect(reaction({ ...send, opened_at: at, machine_opened_at: at })).toBe('Opened');
  expect(reaction({ ...send, clicked_at: at, complained_at: at })).toBe('Reported as spam');
});

it('tells what happened from its end, each with a name of its own', () => {
  const event = { at, text: '', is_machine: false, detail: null };
  const events = named([
    { ...event, kind: 'opened' },
    { ...event, kind: 'opened' },
  ]);
  expect(events.map(({ id }) => id)).toEqual(['1 opened', '0 opened']);
});

it("says the moments in a sentence in the tenant's zone", () => {
  expect(inZone('It was due at 2026-03-04T16:00:30.199Z.', 'America/New_York')).toMatch(/^It was due at Mar 4, 2026, 11:00\sAM\.$/);
});

it('shows what became of a day’s steps before those that are still due, which lead nowhere', () => {
  const parts = dayParts({ due: 5, pending: 1, sent: 2, skipped: 3, failed: 0, unknown: 0 }, (status) => `/outbox?status=${status}`);
  expect(parts.map(({ label, count }) => `${label} ${count}`)).toEqual([
    'Under way 1',
    'Sent 2',
    'Skipped 3',
    'Failed 0',
    'Outcome unknown 0',
    'Still due 5',
  ]);
  expect(parts.map(({ to }) => to)).toEqual([
    ...['pending', 'sent', 'skipped', 'failed', 'unknown'].map((status) => `/outbox?status=${status}`),
    undefined,
  ]);
});
