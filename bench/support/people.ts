// Many people, made inside the engine by SQL that both engines speak: a million in a few statements.
import { TENANT_ID } from '../../seed/tenant.ts';
import type { Platform } from '../../tests/support/platform.ts';

const PEOPLE_A_BUSINESS = 4;
const COMMUNITIES = 40;
/** Rows a statement. */
const CHUNK = 50_000;

/** A moment before every bench's clock. */
const LONG_AGO = Date.UTC(2026, 0, 5);

const ZONES = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'];

/**
 * A UUID of version 7 from a number below a thousand million. The number is in its first half, where the real ones have the time: an
 * enrolment's sends lie together because they share these digits, so that they must differ.
 */
export function uuid(number: string): string {
  const digits = `substr(CAST(1000000000 + ${number} AS TEXT), 2)`;
  return `'019' || substr(${digits}, 1, 5) || '-' || substr(${digits}, 6, 4) || '-7000-8000-000000000000'`;
}

/** People with their businesses and communities, beside those who are there already: numbers `from` to `to`, the last one left out. */
export async function addPeople(platform: Platform, from: number, to: number): Promise<void> {
  await range(platform, 0, COMMUNITIES, (n) => [
    'communities (tenant_id, id, name, slug, state, county, timezone, created_at, updated_at)',
    `SELECT '${TENANT_ID}', ${uuid(n)}, 'Town ' || ${n}, 'town-' || ${n}, 'FL', 'Pinellas', ${zoneOf(n)}, ${LONG_AGO}, ${LONG_AGO}`,
  ]);
  await range(platform, Math.ceil(from / PEOPLE_A_BUSINESS), Math.ceil(to / PEOPLE_A_BUSINESS), (n) => [
    'businesses (tenant_id, id, community_id, name, slug, address_state, timezone, lead_status, created_at, updated_at)',
    `SELECT '${TENANT_ID}', ${uuid(n)}, ${uuid(`${n} % ${COMMUNITIES}`)}, 'Harbor Bakery No. ' || ${n}, 'harbor-bakery-' || ${n}, 'FL',
            ${zoneOf(n)}, 'prospect', ${LONG_AGO}, ${LONG_AGO}`,
  ]);
  await range(platform, from, to, (n) => [
    'people (tenant_id, id, business_id, first_name, last_name, email, role, created_at, updated_at)',
    `SELECT '${TENANT_ID}', ${uuid(n)}, ${uuid(`${n} / ${PEOPLE_A_BUSINESS}`)}, 'Robin', 'Reed', 'person-' || ${n} || '@bakery.example', 'owner',
            ${LONG_AGO}, ${LONG_AGO}`,
  ]);
  // Bringing them into the search index is another matter than what is measured here.
  await platform.sql('DELETE FROM search_pending');
}

/** The zone of a business by its number. */
export function zoneOf(number: string): string {
  const cases = ZONES.map((zone, index) => `WHEN ${index} THEN '${zone}'`);
  return `CASE ${number} % ${ZONES.length} ${cases.join(' ')} END`;
}

/** Inserts a row for each number from `from` on, before `to`. What is there already is left as it is. */
export async function range(platform: Platform, from: number, to: number, write: (number: string) => [into: string, select: string]): Promise<void> {
  const [into, select] = write('n.i');
  for (let start = from; start < to; start += CHUNK) {
    const end = Math.min(start + CHUNK, to);
    await platform.sql(
      `WITH RECURSIVE n (i) AS (SELECT ${start} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${end})
       INSERT INTO ${into} ${select} FROM n WHERE true ON CONFLICT DO NOTHING`,
    );
  }
}

/** The engines' statistics of what is in their tables, as they are after a while in service. */
export async function analyze(platform: Platform): Promise<void> {
  await platform.sql('ANALYZE');
}
