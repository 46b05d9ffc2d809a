import { describe, expect, it } from 'vitest';

import { columnsOf, isSame, queryOf, urlOf } from './view.ts';

const names = ['q', 'sort', 'lead_status'];

describe('a saved view', () => {
  it('has what of the URL is about the list, and the columns', () => {
    const query = queryOf({ q: 'ba', sort: '', lead_status: 'lead', person: 'x', tag: ['a', 'b'] }, names, ['name', 'phone']);
    expect(query).toEqual({ q: 'ba', lead_status: 'lead', columns: 'name,phone' });
    expect(columnsOf(query)).toEqual(['name', 'phone']);
    expect(columnsOf({})).toBeUndefined();
  });

  it('becomes a URL without what the page does not know', () => {
    expect(urlOf({ id: 'v', query: { lead_status: 'lead', columns: 'name', gone: '1' } }, names)).toEqual({
      lead_status: 'lead',
      view: 'v',
    });
  });

  it('is the same as another in whatever order', () => {
    expect(isSame({ q: 'a', sort: 'name' }, { sort: 'name', q: 'a' })).toBe(true);
    expect(isSame({ q: 'a' }, { q: 'a', sort: 'name' })).toBe(false);
    expect(isSame({ q: 'a' }, { q: 'a', sort: '' })).toBe(true);
  });
});
