import { expect, it } from 'vitest';

import { beganBy, deliveryLabel, every, resourceLabel } from './sync.ts';

it('says how often it runs', () => {
  expect([null, 1, 15, 60, 120].map(every)).toEqual([
    'Only when it is started',
    'Every minute',
    'Every 15 minutes',
    'Every hour',
    'Every 2 hours',
  ]);
});

it('says who began a run', () => {
  expect([null, 'user:0190', 'api_key:0190', 'setup_key'].map(beganBy)).toEqual(['Itself', 'Somebody', 'A key', 'A key']);
});

it('names deliveries and records', () => {
  expect(deliveryLabel('business.updated')).toBe('Business updated');
  expect(resourceLabel('business', 12)).toBe('Business 12');
  expect(resourceLabel('community', null)).toBe('Community');
});
