import { expect, it } from 'vitest';

import { filterText, listsFor } from './lists.ts';

it('offers only the lists that somebody may read', () => {
  expect(listsFor((permission) => permission === 'needs:read').map(({ value }) => value)).toEqual([
    'product-interests',
    'pain-points',
    'objections',
  ]);
});

it('says what an export was filtered by', () => {
  expect(filterText({ lead_status: 'lead', is_open: true })).toBe('Lead status is lead, Is open is true');
  expect(filterText({})).toBe('');
});
