import { expect, it } from 'vitest';

import { joined } from './export.ts';

it('writes the head of several files once', () => {
  expect(joined(['a,b\r\n1,2\r\n', 'a,b\r\n3,4\r\n'])).toBe('a,b\r\n1,2\r\n3,4\r\n');
  expect(joined(['a,b\r\n'])).toBe('a,b\r\n');
});
