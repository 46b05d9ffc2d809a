import { expect, it } from 'vitest';

import { phoneNumber } from './format.ts';

it('writes a North American number as people there do, and leaves others', () => {
  expect(phoneNumber('+12175550142')).toBe('(217) 555-0142');
  expect(phoneNumber('+1 312 555 0150')).toBe('(312) 555-0150');
  expect(phoneNumber('+442079460018')).toBe('+442079460018');
  expect(phoneNumber('217 555 0142, ext. 3')).toBe('217 555 0142, ext. 3');
});
