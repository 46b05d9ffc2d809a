import { expect, it } from 'vitest';

import { holds } from './range.ts';

it('knows which addresses a range holds', () => {
  expect(holds('203.0.113.0/24', '203.0.113.200')).toBe(true);
  expect(holds('203.0.113.0/25', '203.0.113.200')).toBe(false);
  expect(holds('203.0.113.7', '203.0.113.7')).toBe(true);
  expect(holds('0.0.0.0/0', '198.51.100.1')).toBe(true);
  expect(holds('2001:db8::/32', '2001:db8:1::5')).toBe(true);
  expect(holds('2001:db8::/32', '2001:db9::5')).toBe(false);
  expect(holds('::1', '::1')).toBe(true);
  expect(holds('::/0', '203.0.113.7')).toBe(false);
});

it('says nothing about what it cannot read', () => {
  for (const range of ['', 'office', '300.1.1.1', '10.0.0.0/33', '10.0.0.0/8/8', '1:2:3', '2001:db8::g/32', '::1::2'])
    expect(holds(range, '203.0.113.7')).toBeUndefined();
});
