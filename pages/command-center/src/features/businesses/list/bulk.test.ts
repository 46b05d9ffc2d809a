import { describe, expect, it } from 'vitest';

import type { Business } from '../business.ts';
import { bodiesOf, bulkFilterOf, undoingOf } from './bulk.ts';

const row = (id: string, given: Partial<Business> = {}): Business =>
  ({ id, owner_id: null, lead_status: 'lead', tags: [], ...given }) as unknown as Business;
const tag = (id: string) => ({ id, name: id, color: '#000000' });

describe('changing many businesses', () => {
  it('sends a thousand at a time', () => {
    const ids = Array.from({ length: 2001 }, (_, index) => String(index));
    expect(bodiesOf(ids, { action: 'delete' }).map((body) => body.ids?.length)).toEqual([1000, 1000, 1]);
    expect(bodiesOf([], { action: 'delete' })).toEqual([]);
  });

  it('takes a tag off again only where it was not before', () => {
    const rows = [row('a', { tags: [tag('x')] }), row('b')];
    expect(undoingOf(rows, { action: 'add_tags', tag_ids: ['x'] })).toEqual([{ action: 'remove_tags', tag_ids: ['x'], ids: ['b'] }]);
    expect(undoingOf(rows, { action: 'remove_tags', tag_ids: ['x'] })).toEqual([{ action: 'add_tags', tag_ids: ['x'], ids: ['a'] }]);
  });

  it('gives each its own owner and status back', () => {
    const rows = [row('a', { owner_id: 'm' }), row('b'), row('c', { owner_id: 'm', lead_status: 'trial' })];
    expect(undoingOf(rows, { action: 'assign', owner_id: 'n' })).toEqual([
      { action: 'assign', owner_id: 'm', ids: ['a', 'c'] },
      { action: 'assign', owner_id: null, ids: ['b'] },
    ]);
    expect(undoingOf(rows, { action: 'change_lead_status', lead_status: 'customer' })).toEqual([
      { action: 'change_lead_status', lead_status: 'lead', ids: ['a', 'b'] },
      { action: 'change_lead_status', lead_status: 'trial', ids: ['c'] },
    ]);
  });

  it('makes a filter of the query of the list', () => {
    expect(bulkFilterOf({ 'filter[q]': 'ba', 'filter[min_lead_score]': '40', 'filter[tag]': undefined, sort: 'name' })).toEqual({
      q: 'ba',
      min_lead_score: 40,
    });
    expect(bulkFilterOf({ 'filter[deleted]': 'only' })).toBeUndefined();
  });
});
