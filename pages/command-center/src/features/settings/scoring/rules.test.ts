import { expect, it } from 'vitest';

import { activities, sentenceOf } from './rules.ts';

it('says what a rule comes to', () => {
  expect(sentenceOf({ points: 10, half_life_days: 30, cap: 40 })).toBe('+10 each, half of it gone after 30 days, at most 40 together');
  expect(sentenceOf({ points: -5, half_life_days: null, cap: null })).toBe('-5 each, for good');
  expect(sentenceOf({ points: 3, half_life_days: 1, cap: null })).toBe('+3 each, half of it gone after a day');
});

it('counts nothing that we do ourselves', () => {
  expect(activities).toContain('email_opened');
  expect(activities).not.toContain('email_sent');
});
