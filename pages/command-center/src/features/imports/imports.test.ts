import { expect, it } from 'vitest';

import { fieldsOf, twice } from './fields.ts';
import { duration, isBusy, shareOf } from './import.ts';

it('offers the fields that the file can have', () => {
  const names = fieldsOf('businesses').map((field) => field.name);
  expect(names).toContain('name');
  expect(names).toContain('contact.email');
  const people = fieldsOf('people').map((field) => field.name);
  expect(people).toContain('first_name');
  expect(people).toContain('business.phone');
  expect(people).not.toContain('business.lead_score');
  expect(new Set(people).size).toBe(people.length);
});

it('finds fields that two columns were said to be', () => {
  expect(twice({ Company: 'name', Firm: 'name', Mail: 'email' })).toEqual(['name']);
  expect(twice({ Company: 'name', Mail: 'email' })).toEqual([]);
});

it('says how far an import is', () => {
  expect(shareOf({ rows_done: 50, rows_total: 200, bytes_done: 1, bytes_total: 10 })).toBe(0.25);
  expect(shareOf({ rows_done: 50, rows_total: null, bytes_done: 1, bytes_total: 10 })).toBe(0.1);
  expect(shareOf({ rows_done: 0, rows_total: 0, bytes_done: 0, bytes_total: 0 })).toBe(0);
  expect(isBusy('running')).toBe(true);
  expect(isBusy('done')).toBe(false);
});

it('writes how long something takes', () => {
  expect([duration(0), duration(42), duration(150), duration(3600), duration(3900)]).toEqual(['1 s', '42 s', '3 min', '1 h', '1 h 5 min']);
});
