import { expect, it } from 'vitest';

import { deviceOf } from './device.ts';

it('names browser and system', () => {
  expect(deviceOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36')).toBe(
    'Chrome on Windows',
  );
  expect(deviceOf('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0')).toBe('Edge on Windows');
  expect(deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile/15E1 Safari/604.1')).toBe(
    'Safari on iPhone',
  );
  expect(deviceOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox on Linux');
});

it('takes a program by its name, and says when there is none', () => {
  expect(deviceOf('curl/8.5.0')).toBe('curl');
  expect(deviceOf(null)).toBe('Unknown device');
});
