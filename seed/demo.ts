import { Addresses } from './addresses.ts';
import { business } from './businesses.ts';
import type { Surroundings } from './businesses.ts';
import { DEMO_NOW } from './clock.ts';
import { communityRow } from './community_rows.ts';
import { industryRows } from './industry_rows.ts';
import { peopleOf } from './people.ts';
import { communities } from './places/communities.ts';
import type { Community } from './places/communities.ts';
import { Random } from './random.ts';
import type { CommunityRow, Rows } from './rows.ts';
import { Taken } from './slug.ts';
import { tagRows, tagsOf } from './tags.ts';
import { tenantRow } from './tenant.ts';

export interface DemoOptions {
  /** How many communities; 40 unless said otherwise. */
  communities?: number;
  /** Exactly how many people; 1,200 unless said otherwise. Businesses are made until they employ that many. */
  people?: number;
  seed?: number;
  /** The moment at which the demo is; all its times are before. */
  now?: number;
}

/** All rows of the demo. The same options give the same rows, to the last digit of the last id. */
export function demoRows(options: DemoOptions = {}): Rows {
  const { people = 1_200, seed = 1, now = DEMO_NOW } = options;
  const towns = communities({ count: options.communities ?? 40, seed });
  const rows: Rows = {
    tenants: [tenantRow(now)],
    communities: towns.map((town, index) => communityRow(town, index, seed, now)),
    industries: industryRows(seed, now),
    businesses: [],
    people: [],
    tags: tagRows(seed, now),
    business_tag: [],
  };
  const shared = {
    industries: new Map(rows.industries.map((row) => [row.slug, row])),
    names: new Map<string, Set<string>>(),
    slugs: new Taken(),
    domains: new Taken(),
    addresses: new Addresses(),
    now,
  };
  for (const { community, row, nth } of byTurns(towns, rows.communities)) {
    if (rows.people.length >= people) break;
    const around: Surroundings = { ...shared, community, communityRow: row };
    const made = business(new Random(seed, 'business', community.slug, nth), around);
    const staff = peopleOf(made, community.state, shared.addresses, now, new Random(seed, 'people', community.slug, nth));
    rows.businesses.push(made.row);
    rows.people.push(...staff.slice(0, people - rows.people.length));
    rows.business_tag.push(...tagsOf(made.row, made.trade, rows.tags, seed, now));
    row.business_count++;
  }
  return rows;
}

interface Turn {
  community: Community;
  row: CommunityRow;
  /** Which of the community's businesses it is. */
  nth: number;
}

/** Whose turn it is to get a business, without end: larger towns come up more often, by the root of their population. */
function* byTurns(towns: readonly Community[], rows: readonly CommunityRow[]): Generator<Turn> {
  const lanes = towns.flatMap((community, index) => {
    const row = rows[index];
    const stride = 1 / Math.sqrt(community.population);
    return row ? [{ community, row, stride, due: stride, nth: 0 }] : [];
  });
  while (lanes.length > 0) {
    const next = lanes.reduce((best, lane) => (lane.due < best.due ? lane : best));
    next.due += next.stride;
    yield { community: next.community, row: next.row, nth: next.nth++ };
  }
}
