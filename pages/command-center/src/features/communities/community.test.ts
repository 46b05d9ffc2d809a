import { describe, expect, it } from 'vitest';

import { placeOf, zipCodesOf } from './community.ts';

describe('a community', () => {
  it('is where its county and state are', () => {
    expect(placeOf({ county: 'Humboldt', state: 'CA' })).toBe('Humboldt County, CA');
    expect(placeOf({ county: null, state: 'CA' })).toBe('CA');
  });

  it('takes its ZIP codes however they are separated, each once', () => {
    expect(zipCodesOf('95540, 95541\n95540;95542')).toEqual(['95540', '95541', '95542']);
    expect(zipCodesOf(' ')).toBeNull();
  });
});
