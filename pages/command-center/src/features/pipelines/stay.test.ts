import { expect, it } from 'vitest';

import { stayOf } from './stay.ts';

it('says how long a deal stayed', () => {
  expect(stayOf(3 * 86_400_000 + 5)).toBe('3 days');
  expect(stayOf(3_600_000)).toBe('1 hour');
  expect(stayOf(125_000)).toBe('2 minutes');
  expect(stayOf(900)).toBe('less than a minute');
});
