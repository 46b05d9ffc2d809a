import { expect, it } from 'vitest';

import { endOf, stateOf } from './key.ts';

const now = Date.parse('2026-03-04T12:00:00Z');
const key = { expires_at: null, revoked_at: null, replaced_by_id: null };

it('says where a key is', () => {
  expect(stateOf(key, now)).toBe('active');
  expect(stateOf({ ...key, expires_at: '2026-03-04T13:00:00Z', replaced_by_id: 'x' }, now)).toBe('replaced');
  expect(stateOf({ ...key, expires_at: '2026-03-04T12:00:00Z', replaced_by_id: 'x' }, now)).toBe('expired');
  expect(stateOf({ ...key, revoked_at: '2026-03-01T00:00:00Z', expires_at: '2026-03-04T12:00:00Z' }, now)).toBe('revoked');
});

it('says when a new key ends', () => {
  expect(endOf('30', null, now)).toBe('2026-04-03T12:00:00.000Z');
  expect(endOf('never', '2026-05-01T00:00:00Z', now)).toBeNull();
  expect(endOf('day', '2026-05-01T00:00:00Z', now)).toBe('2026-05-01T00:00:00Z');
});
