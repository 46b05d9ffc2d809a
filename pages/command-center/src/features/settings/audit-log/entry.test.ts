import { expect, it } from 'vitest';

import { actionOf, actorOf } from './entry.ts';

it('reads an action', () => {
  expect(actionOf('createTag')).toBe('Create tag');
  expect(actionOf('rotateApiKey')).toBe('Rotate API key');
  expect(actionOf('sign_in.succeeded')).toBe('Sign in succeeded');
});

it('names who did it as well as it can', () => {
  const members = new Map([['u1', 'Dana Demo']]);
  expect(actorOf({ actor_kind: 'user', actor_id: 'u1', actor_label: 'dana@example.com' }, members)).toBe('Dana Demo');
  expect(actorOf({ actor_kind: 'user', actor_id: 'u2', actor_label: 'gone@example.com' }, members)).toBe('gone@example.com');
  expect(actorOf({ actor_kind: 'api_key', actor_id: 'k1', actor_label: 'fib_live_ab' }, members)).toBe('Key fib_live_ab…');
  expect(actorOf({ actor_kind: 'api_key', actor_id: null, actor_label: 'setup key' }, members)).toBe('Setup key');
  expect(actorOf({ actor_kind: 'system', actor_id: null, actor_label: null }, members)).toBe('The platform');
});
