import { expect, it } from 'vitest';

import { sentence } from './words.ts';

it('makes a sentence of what the API says, and leaves one that is', () => {
  expect(sentence('must be at least 1')).toBe('Must be at least 1.');
  expect(sentence('This is needed.')).toBe('This is needed.');
  expect(sentence(' ')).toBe('');
});
