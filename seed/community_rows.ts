import { DAY, between } from './clock.ts';
import type { Community } from './places/communities.ts';
import { Random } from './random.ts';
import type { CommunityRow } from './rows.ts';
import { TENANT_ID } from './tenant.ts';
import { uuid7 } from './uuid7.ts';

/** A community's row; `business_count` is filled in when its businesses are known. */
export function communityRow(community: Community, index: number, seed: number, now: number): CommunityRow {
  const random = new Random(seed, 'community', community.slug);
  const created_at = between(now - 400 * DAY, now - 120 * DAY, random);
  const id = uuid7(created_at, random);
  // The first few are always live, so that even the smallest demo has somewhere to send.
  const status = index < 3 ? 'active' : random.weighted<CommunityRow['status']>([['active', 84], ['pending', 7], ['deploying', 3], ['paused', 6]]);
  const deployed_at = status === 'active' || status === 'paused' ? created_at + random.int(1, 21) * DAY : null;
  return {
    tenant_id: TENANT_ID,
    id,
    name: community.name,
    slug: community.slug,
    state: community.state,
    county: community.county,
    zip_codes: community.zip_codes,
    timezone: community.timezone,
    population: community.population,
    business_count: 0,
    status,
    deployed_at,
    content_db_id: 1_001 + index,
    synced_at: deployed_at,
    created_at,
    updated_at: deployed_at ?? created_at,
  };
}
