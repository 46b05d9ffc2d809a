import { describe, expect, it } from 'vitest';

import { isSame, textOf, whatBothBecome } from './values.ts';

describe('what is compared', () => {
  it('is written in words', () => {
    const zone = 'America/Chicago';
    expect(
      textOf(
        'address',
        { address_street: '1 Main St', address_city: 'Elgin', address_state: 'IL', address_zip: null, address_lat: 42.03 },
        zone,
      ),
    ).toBe('1 Main St, Elgin, IL');
    expect(textOf('name', { first_name: 'Dana', last_name: null }, zone)).toBe('Dana');
    expect(textOf('lead_status', 'customer', zone)).toBe('Customer');
    expect(textOf('do_not_email', true, zone)).toBe('Yes');
    expect(textOf('year_established', 1998, zone)).toBe('1998');
    expect(textOf('phone', null, zone)).toBe('');
    expect(textOf('replied_at', '2026-03-01T18:00:00Z', zone).replaceAll(/\s/g, ' ')).toBe('Mar 1, 2026, 12:00 PM');
  });

  it('is the same in whatever order it is written', () => {
    expect(isSame({ field: 'metadata', kept: { a: 1, b: { c: 2, d: 3 } }, other: { b: { d: 3, c: 2 }, a: 1 }, taken: 'kept' })).toBe(true);
    expect(isSame({ field: 'phone', kept: null, other: '1', taken: 'other' })).toBe(false);
  });

  it('says what becomes of what cannot be chosen', () => {
    expect(['total_clicks', 'do_not_call', 'unsubscribed_at', 'replied_at', 'is_decision_maker'].map(whatBothBecome)).toEqual([
      'Added up',
      'The wish of either holds',
      'The earlier one',
      'The later one',
      'If either does',
    ]);
  });
});
