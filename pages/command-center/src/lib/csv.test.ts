import { expect, it } from 'vitest';

import { cellsOf, csvOf } from './csv.ts';

it('has a column for each value, also of what is inside another', () => {
  const record = { id: 'a', note: null, business: { name: 'Bakery', tags: [{ name: 'new' }, 'old', 3] }, is_open: false };
  expect(cellsOf(record)).toEqual({ id: 'a', note: '', 'business.name': 'Bakery', 'business.tags': 'new; old; 3', is_open: false });
});

it('has the columns of all rows and quotes what needs it', async () => {
  expect(
    await csvOf([
      { id: 'a', note: 'one, "two"\nthree' },
      { id: 'b', more: 2 },
    ]),
  ).toBe('id,note,more\r\na,"one, ""two""\nthree",\r\nb,,2');
});

it('hands no formula to a spreadsheet', async () => {
  expect(await csvOf([{ note: '=HYPERLINK("https://x.example")' }, { note: '@SUM(1)' }])).toBe(
    'note\r\n"\'=HYPERLINK(""https://x.example"")"\r\n"\'@SUM(1)"',
  );
});
