import { expect, it } from 'vitest';

import { activityTypesBut, wordsOf } from './activity-types.ts';

it('names what happened', () => {
  expect(wordsOf('email_opened')).toBe('Email opened');
  expect(wordsOf('sms_replied')).toBe('Replied by text message');
});

it('leaves out what is named, and nothing else', () => {
  const all = activityTypesBut();
  expect(activityTypesBut('merged', 'email_sent')).toEqual(all.filter((type) => type !== 'merged' && type !== 'email_sent'));
  expect(all).toContain('merged');
});
