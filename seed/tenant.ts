import { DAY } from './clock.ts';
import type { TenantRow } from './rows.ts';

/** The demo's only tenant. Fixed, so that fixtures, tests and the local settings can name it. */
export const TENANT_ID = '01900000-0000-7000-8000-000000000001';

/** When the tenant signed up, its industries and its tags were set up. Everything else came later. */
export function tenantSince(now: number): number {
  return now - 420 * DAY;
}

export function tenantRow(now: number): TenantRow {
  const since = tenantSince(now);
  return {
    id: TENANT_ID,
    name: 'Fibonacco',
    slug: 'fibonacco',
    sender_name: 'Dana at Fibonacco',
    sender_email: 'hello@mail.fibonacco.example',
    reply_to_email: 'dana@fibonacco.example',
    postal_address: '1200 N Market St, Ste 410, Wilmington, DE 19801',
    landing_base_url: 'https://learn.fibonacco.example',
    timezone: 'America/New_York',
    daily_send_limit: null,
    created_at: since,
    updated_at: since,
  };
}
