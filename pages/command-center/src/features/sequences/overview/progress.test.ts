import { describe, expect, it } from 'vitest';

import { leftWords, sentLately, skipReasons } from './progress.ts';

const now = Date.parse('2026-03-04T16:00:00Z');

describe('the progress of a run', () => {
  it.each([
    [null, undefined],
    ['2026-03-16T18:00:00Z', 'About 12 days left'],
    ['2026-03-04T17:10:00Z', 'About 1 hour left'],
    ['2026-03-04T16:05:10Z', 'About 5 minutes left'],
    ['2026-03-04T15:00:00Z', 'Finished any moment'],
  ])('says of an end at %s: %s', (end, words) => {
    expect(leftWords(end, now)).toBe(words);
  });

  it('adds up what was sent in the last minute', () => {
    const told = [
      { at: now - 61_000, sent: 100 },
      { at: now - 59_000, sent: 20 },
      { at: now, sent: 3 },
    ];
    expect(sentLately(told, now)).toBe(23);
  });

  it('names why sends were skipped, the most frequent reason first', () => {
    const reasons = skipReasons({ condition: 1, unwanted: 0, ended: 0, no_address: 4, faulty: 0 });
    expect(reasons.map(({ key, count }) => [key, count])).toEqual([
      ['no_address', 4],
      ['condition', 1],
    ]);
  });
});
