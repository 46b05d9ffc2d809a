import { describe, expect, it } from 'vitest';

import { hoursOf } from './hours.ts';

describe('opening hours', () => {
  it('are read day by day', () => {
    const days = hoursOf({
      tue: [
        ['08:00', '12:30'],
        ['13:00', '17:00'],
      ],
      mon: [],
    });
    expect(days.map(({ day, spans }) => `${day}: ${spans.replaceAll(/\s/g, ' ')}`)).toEqual([
      'Monday: Closed',
      'Tuesday: 8:00 AM – 12:30 PM, 1:00 PM – 5:00 PM',
    ]);
  });

  it('stand in one line where days are alike', () => {
    const span = [['08:00', '17:00']];
    expect(hoursOf({ mon: span, tue: span, wed: span, sun: [] }).map(({ day }) => day)).toEqual(['Monday to Wednesday', 'Sunday']);
  });

  it('are nothing when nothing can be read of them', () => {
    expect(hoursOf(null)).toEqual([]);
    expect(hoursOf({ open: 'always' })).toEqual([]);
    expect(hoursOf({ mon: [['late']] })).toEqual([{ day: 'Monday', spans: 'Closed' }]);
  });
});
