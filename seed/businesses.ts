import { FREE_MAIL } from './addresses.ts';
import type { Addresses } from './addresses.ts';
import { businessDescription, businessName, countyPhrase } from './business_names.ts';
import { DAY, between } from './clock.ts';
import { hours } from './hours.ts';
import { lead } from './leads.ts';
import { personName } from './names.ts';
import type { PersonName } from './names.ts';
import { phone } from './phone.ts';
import { areaCodeNear } from './places/area_codes.ts';
import type { Community } from './places/communities.ts';
import { zipPlaces } from './places/zip_places.ts';
import { zoneOf } from './places/zones.ts';
import type { Random } from './random.ts';
import type { BusinessRow, CommunityRow, IndustryRow } from './rows.ts';
import { compact, slugify } from './slug.ts';
import type { Taken } from './slug.ts';
import { street } from './streets.ts';
import { TENANT_ID } from './tenant.ts';
import { TRADES } from './trades.ts';
import type { EmployeeRange, Trade } from './trades.ts';
import { uuid7 } from './uuid7.ts';

/** Where the business is, and what must not be given out twice. */
export interface Surroundings {
  community: Community;
  communityRow: CommunityRow;
  industries: ReadonlyMap<string, IndustryRow>;
  /** Business names already up in each town. */
  names: Map<string, Set<string>>;
  slugs: Taken;
  domains: Taken;
  addresses: Addresses;
  now: number;
}

/** A business, and what its people need to know of it. */
export interface MadeBusiness {
  row: BusinessRow;
  trade: Trade;
  owner: PersonName;
  areaCode: string;
  /** The domain of its own mail; null if it uses a free mailbox. */
  mailDomain: string | null;
}

/** Yearly sales that a business with so many people can have. */
const REVENUES: Readonly<Record<EmployeeRange, readonly string[]>> = {
  '1-4': ['Under $250K', '$250K-$500K', '$250K-$500K'],
  '5-9': ['$250K-$500K', '$500K-$1M', '$500K-$1M'],
  '10-19': ['$500K-$1M', '$1M-$2.5M', '$1M-$2.5M'],
  '20-49': ['$1M-$2.5M', '$2.5M-$5M'],
  '50-99': ['$5M-$10M'],
};

/** One plausible local business of the community. Everything is drawn from `random`, in the same order every time. */
export function business(random: Random, around: Surroundings): MadeBusiness {
  const { community, now } = around;
  const trade = random.weighted(TRADES.map((each) => [each, each.share]));
  const owner = personName(community.state, random);
  const place = street(community.state, trade.suites, random);
  const name = newName(around, () => businessName(trade, owner, place.spoken, community, random));
  const slug = around.slugs.claim(...withTown(slugify(name), community, '-'));
  const domain = `${around.domains.claim(...withTown(compact(name), community, ''))}.example`;
  const year_established = new Date(now).getUTCFullYear() - random.weighted([[random.int(1, 5), 30], [random.int(6, 15), 34], [random.int(16, 35), 26], [random.int(36, 78), 10]]);
  const employee_count_range = random.weighted(trade.employees);
  const areaCode = areaCodeNear(community.state, community.latitude, community.longitude);
  const freeMail = random.percent(trade.freeMail);
  const email = freeMail
    ? around.addresses.claim(random.pick(FREE_MAIL), compact(name).slice(0, 30), compact(slug))
    : around.addresses.claim(domain, random.pick(['info', 'hello', 'office', 'contact']));
  const created_at = between(around.communityRow.created_at, now - 3 * DAY, random);
  const standing = lead(random);
  const id = uuid7(created_at, random);
  const row: BusinessRow = {
    tenant_id: TENANT_ID,
    id,
    community_id: around.communityRow.id,
    // Imports do not always say what a business does.
    industry_id: random.percent(3) ? null : (around.industries.get(trade.industry)?.id ?? null),
    name,
    slug,
    legal_name: legalName(name, trade, random),
    description: random.percent(78) ? businessDescription(trade, community, year_established, random) : null,
    ...address(place.address, community, random),
    phone: random.percent(96) ? phone(areaCode, random) : null,
    email: random.percent(5) ? null : email,
    website: random.percent(freeMail ? 45 : 97) ? `https://${random.percent(60) ? 'www.' : ''}${domain}` : null,
    hours_of_operation: random.percent(92) ? hours(random.pick(trade.hours)) : null,
    employee_count_range,
    year_established: random.percent(88) ? year_established : null,
    annual_revenue_range: random.percent(70) ? random.pick(REVENUES[employee_count_range]) : null,
    google_business_id: null,
    // Handles and page names on real networks could be somebody's; these cannot.
    facebook_url: random.percent(55) ? `https://facebook.example/${slug}` : null,
    instagram_handle: null,
    yelp_url: random.percent(30) ? `https://yelp.example/biz/${slug}` : null,
    ...standing,
    ...source(community, random),
    content_db_id: null,
    synced_at: null,
    created_at,
    updated_at: between(created_at, now, random),
    deleted_at: null,
  };
  return { row, trade, owner, areaCode, mailDomain: freeMail ? null : domain };
}

/** A name that nobody else in town has, if a few tries find one. */
function newName({ names, community }: Surroundings, tryOne: () => string): string {
  const inTown = names.get(community.slug) ?? new Set();
  names.set(community.slug, inTown);
  let name = tryOne();
  for (let tries = 1; tries < 8 && inTown.has(name); tries++) name = tryOne();
  inTown.add(name);
  return name;
}

/** A street address with one of the town's own ZIPs, near the middle of that ZIP's area. */
function address(written: string, { name, state, zip_codes }: Community, random: Random) {
  const zip = random.pick(zip_codes);
  const place = zipPlaces().get(zip);
  if (place === undefined) throw new Error(`${zip} is not a ZIP`);
  const jitter = (): number => random.int(-900, 900) / 100_000;
  return {
    address_street: written,
    address_city: name,
    address_state: state,
    address_zip: zip,
    address_lat: rounded(place.latitude + jitter()),
    address_lng: rounded(place.longitude + jitter()),
    timezone: zoneOf(zip, state) ?? null,
  };
}

function legalName(name: string, { industry }: Trade, random: Random): string | null {
  if (random.percent(45)) return null;
  const professional = ['dental', 'chiropractic-therapy', 'veterinary', 'law-firms', 'accounting-tax'].includes(industry);
  return `${name}${random.pick(professional ? [', PLLC', ', P.C.', ', LLC'] : [' LLC', ' LLC', ', Inc.'])}`;
}

function source(community: Community, random: Random): Pick<BusinessRow, 'source' | 'source_detail'> {
  return random.weighted([
    [{ source: 'chamber_directory', source_detail: `${community.name} Chamber of Commerce directory` }, 30],
    [{ source: 'csv_import', source_detail: `${countyPhrase(community)} business license list` }, 26],
    [{ source: 'directory_listing', source_detail: null }, 22],
    [{ source: 'referral', source_detail: 'Introduced by another business owner' }, 10],
    [{ source: 'landing_page', source_detail: 'learn.fibonacco.example' }, 8],
    [{ source: 'event', source_detail: `${community.name} small business breakfast` }, 4],
  ]);
}

/** The bare name first; whoever comes second in the country adds the town, then the state. */
function withTown(name: string, { name: town, state }: Community, joint: string): [string, string, string] {
  // A label of a domain name has at most 63 letters; we leave room for a number.
  const cut = name.slice(0, 40);
  const local = joint === '' ? compact(town) : slugify(town);
  const named = name.includes(local) ? cut : `${cut}${joint}${local}`.slice(0, 56);
  return [cut, named, `${named}${joint}${state.toLowerCase()}`];
}

function rounded(degrees: number): number {
  return Math.round(degrees * 100_000) / 100_000;
}
