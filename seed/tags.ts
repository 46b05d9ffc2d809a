import { between } from './clock.ts';
import { Random } from './random.ts';
import type { BusinessRow, BusinessTagRow, TagRow } from './rows.ts';
import { TENANT_ID, tenantSince } from './tenant.ts';
import type { Trade } from './trades.ts';
import { uuid7 } from './uuid7.ts';

interface Tag {
  name: string;
  color: string;
  category: string;
  /** Of a hundred such businesses, so many wear the tag. */
  percent(business: BusinessRow, trade: Trade): number;
}

const TAGS: readonly Tag[] = [
  { name: 'chamber-member', color: '#2563EB', category: 'membership', percent: () => 28 },
  { name: 'downtown-association', color: '#DB2777', category: 'membership', percent: ({ address_street: street }) => (/(?:Main|Market|Court|Front) St/.test(street ?? '') ? 35 : 2) },
  { name: 'engaged', color: '#059669', category: 'engagement', percent: (business) => (business.lead_score >= 50 ? 75 : 0) },
  { name: 'new-owner', color: '#D97706', category: 'ownership', percent: () => 5 },
  { name: 'family-owned', color: '#16A34A', category: 'ownership', percent: ({ name }) => (/Family|Sons|Brothers|Daughters/.test(name) ? 90 : 12) },
  { name: 'veteran-owned', color: '#7C3AED', category: 'ownership', percent: () => 6 },
  { name: 'seasonal', color: '#0284C7', category: 'operations', percent: (_, { industry }) => (/landscaping|roofing/.test(industry) ? 45 : 0) },
  { name: 'multi-location', color: '#6B7280', category: 'operations', percent: ({ employee_count_range: range }) => (range === '20-49' || range === '50-99' ? 35 : 1) },
];

export function tagRows(seed: number, now: number): TagRow[] {
  return TAGS.map(({ name, color, category }, index) => {
    const at = tenantSince(now) + index;
    const id = uuid7(at, new Random(seed, 'tag', name));
    return { tenant_id: TENANT_ID, id, name, color, category, created_at: at, updated_at: at };
  });
}

/** The tags one business wears, each put on some time after the business was entered. */
export function tagsOf(business: BusinessRow, trade: Trade, tags: readonly TagRow[], seed: number, now: number): BusinessTagRow[] {
  const random = new Random(seed, 'tags of', business.id);
  return TAGS.filter((tag) => random.percent(tag.percent(business, trade))).flatMap(({ name }) => {
    const tag = tags.find((row) => row.name === name);
    if (tag === undefined) return [];
    return [{ tenant_id: TENANT_ID, business_id: business.id, tag_id: tag.id, added_at: between(business.created_at, now, random) }];
  });
}
