import { describe, expect, it } from 'vitest';

import { linesOf, listOf, terminologyOf, wordsOf } from './industry.ts';

describe('an industry in a form', () => {
  it('has its lists as lines, without empty ones', () => {
    expect(linesOf(['Lunch', 'Catering'])).toBe('Lunch\nCatering');
    expect(listOf(' Lunch \n\nCatering')).toEqual(['Lunch', 'Catering']);
    expect(listOf('\n ')).toBeNull();
  });

  it('has its words as pairs, and leaves out the unfinished', () => {
    expect(wordsOf({ customer: 'guest' })).toEqual([{ ours: 'customer', theirs: 'guest' }]);
    expect(
      terminologyOf([
        { ours: 'customer ', theirs: 'guest' },
        { ours: 'staff', theirs: '' },
      ]),
    ).toEqual({ customer: 'guest' });
    expect(terminologyOf([])).toBeNull();
  });
});
