import { expect, it } from 'vitest';

import { stateOf } from './invitation.ts';

const now = Date.parse('2026-03-04T12:00:00Z');
const invitation = { accepted_at: null, revoked_at: null, expires_at: '2026-03-08T12:00:00Z' };

it('says where an invitation is', () => {
  expect(stateOf(invitation, now)).toBe('pending');
  expect(stateOf({ ...invitation, expires_at: '2026-03-04T11:59:59Z' }, now)).toBe('expired');
  expect(stateOf({ ...invitation, revoked_at: '2026-03-03T12:00:00Z' }, now)).toBe('revoked');
  expect(stateOf({ ...invitation, accepted_at: '2026-03-03T12:00:00Z', expires_at: '2026-03-04T00:00:00Z' }, now)).toBe('accepted');
});
