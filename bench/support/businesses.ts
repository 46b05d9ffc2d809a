// Many businesses, made inside the engine by SQL that both engines speak: names of three words, a telephone number and a town each.
import { TENANT_ID } from '../../seed/tenant.ts';
import type { Platform } from '../../tests/support/platform.ts';
import { range, uuid } from './people.ts';

const COMMUNITIES = 40;
const LONG_AGO = Date.UTC(2026, 0, 5);
const FIRST = ['Harbor', 'Sunny', 'Golden', 'Lakeside', 'Blue Heron', 'Maple', 'Coastal', 'Old Town', 'Silver', 'Cedar', 'Palm', 'Riverside'];
const SECOND = ['Bakery', 'Dental', 'Plumbing', 'Garden', 'Auto', 'Books', 'Coffee', 'Salon', 'Fitness', 'Roofing', 'Law', 'Pet', 'Music'];
const STATUSES = ['prospect', 'prospect', 'prospect', 'lead', 'qualified', 'customer'];

const pick = (list: readonly string[], number: string): string =>
  `CASE ${number} % ${list.length} ${list.map((text, index) => `WHEN ${index} THEN '${text}'`).join(' ')} END`;

/** That many businesses in forty communities. */
export async function addBusinesses(platform: Platform, count: number): Promise<void> {
  await range(platform, 0, COMMUNITIES, (n) => [
    'communities (tenant_id, id, name, slug, state, county, timezone, created_at, updated_at)',
    `SELECT '${TENANT_ID}', ${uuid(n)}, 'Town ' || ${n}, 'town-' || ${n}, 'FL', 'Pinellas', 'America/New_York', ${LONG_AGO}, ${LONG_AGO}`,
  ]);
  await range(platform, 0, count, (n) => {
    const [phone, email, key] = [`'+1727' || substr(CAST(10000000 + ${n} AS TEXT), 2)`, `'office-' || ${n} || '@example.com'`, `'business-' || ${n}`];
    return [
      'businesses (tenant_id, id, community_id, name, slug, phone, email, phone_key, name_key, compared_as, address_city, address_state, timezone, lead_status, lead_score, created_at, updated_at)',
      `SELECT '${TENANT_ID}', ${uuid(n)}, ${uuid(`${n} % ${COMMUNITIES}`)}, ${pick(FIRST, n)} || ' ' || ${pick(SECOND, `${n} / 7`)} || ' ' || ${n},
              ${key}, ${phone}, ${email}, ${phone}, ${key}, ${email} || '|' || ${phone} || '||' || ${key}, 'Clearwater', 'FL',
              'America/New_York', ${pick(STATUSES, n)}, ${n} % 101, ${LONG_AGO}, ${LONG_AGO}`,
    ];
  });
  // They are compared and scored already, so that a tick has the search index to see to and nothing else.
  await platform.sql('DELETE FROM score_pending');
}
