import { expect, it } from 'vitest';

import { readEnd } from './verification.ts';

it('reads the end of the log as it was written down', () => {
  expect(readEnd(' 4711:2$abc ')).toEqual({ sequence: 4711, hash: '2$abc' });
  expect(readEnd('4711')).toBeUndefined();
  expect(readEnd('')).toBeUndefined();
});
