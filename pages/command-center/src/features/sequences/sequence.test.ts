import { describe, expect, it } from 'vitest';

import { nobody, ruleOf } from './people/audience.ts';
import { conditionWords, windowWords } from './sequence.ts';

describe('a send window', () => {
  it.each([
    [{ start: '09:00', end: '17:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] }, 'Mon–Fri, 9:00 AM–5:00 PM'],
    [{ start: '08:30', end: '24:00' }, 'Every day, 8:30 AM–12:00 AM'],
    [{ start: '00:00', end: '24:00', days: ['sat', 'sun'] }, 'Sat, Sun, at any hour'],
    [{ start: '10:00', end: '12:00', days: ['mon', 'wed', 'thu', 'fri'] }, 'Mon, Wed–Fri, 10:00 AM–12:00 PM'],
  ])('is said in words: %o', (window, words) => {
    expect(windowWords(window)).toBe(words);
  });
});

it('says what conditions do, a line each', () => {
  expect(conditionWords({ skip_if_opened: 'any', skip_if_tag: ['Gold', 'Silver'], stop_if: ['replied'] })).toEqual([
    'Skipped if any step before was opened',
    'Skipped if tagged Gold or Silver',
    'Ends the run once replied',
  ]);
  expect(conditionWords(null)).toEqual([]);
});

it('asks for what was chosen, and for everybody when nothing was', () => {
  expect(ruleOf(nobody())).toEqual({ what: 'people', rule: { all: [] } });
  expect(ruleOf({ ...nobody(), leadStatuses: ['lead'], tag: 'Gold', primaryOnly: true }).rule).toEqual({
    all: [
      { field: { name: 'business.lead_status', operator: 'in', value: ['lead'] } },
      { tag: { tag: 'Gold' } },
      { field: { name: 'is_primary_contact', operator: 'is', value: true } },
    ],
  });
});
