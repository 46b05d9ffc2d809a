import { Random } from '../random.ts';
import { towns } from './towns.ts';
import type { Community } from './towns.ts';

export type { Community } from './towns.ts';

export interface CommunitiesOptions {
  /** How many; 40 unless said otherwise. With 50 or more every state is among them. */
  count?: number;
  /** Another seed picks other towns. */
  seed?: number;
}

/** The zones whose clocks differ from one another today; even a handful of communities shows them all. */
const ZONES_FIRST = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'America/Phoenix',
  'America/Anchorage',
  'Pacific/Honolulu',
  'America/Indiana/Indianapolis',
  'America/Detroit',
  'America/Boise',
  'America/Kentucky/Louisville',
];

/** Of a hundred picks, so many are the seat of their county, if the state has one left: recognisable towns, not suburbs. */
const COUNTY_SEATS = 65;

/**
 * Real towns spread over the country: first one for each time zone, then one for each state not yet seen, then round
 * and round the states, each time in a zone of the state that has none yet (so that split states show both halves).
 * Asking for more adds to the end and changes nothing before it.
 */
export function communities(options: CommunitiesOptions = {}): Community[] {
  const { count = 40, seed = 1 } = options;
  const random = new Random(seed, 'communities');
  const left = new Map<string, Community[]>();
  for (const town of random.shuffled(towns())) left.set(town.state, [...(left.get(town.state) ?? []), town]);
  const states = random.shuffled([...left.keys()].sort());
  const picked: Community[] = [];

  const take = (town: Community): void => {
    picked.push(town);
    left.set(town.state, (left.get(town.state) ?? []).filter((other) => other !== town));
  };
  const prefer = (candidates: readonly Community[]): Community | undefined => {
    const seats = random.percent(COUNTY_SEATS) ? candidates.filter((town) => town.county_seat) : [];
    return seats[0] ?? candidates[0];
  };

  for (const zone of ZONES_FIRST) {
    const fresh = states.filter((state) => !picked.some((town) => town.state === state));
    const candidates = fresh.flatMap((state) => left.get(state) ?? []).filter((town) => town.timezone === zone);
    const town = prefer(random.shuffled(candidates));
    if (town) take(town);
  }
  for (let round = 0; picked.length < count; round++) {
    const before = picked.length;
    for (const state of states) {
      if (round === 0 && picked.some((town) => town.state === state)) continue;
      const candidates = left.get(state) ?? [];
      const seen = new Set(picked.filter((town) => town.state === state).map((town) => town.timezone));
      const newZone = candidates.filter((town) => !seen.has(town.timezone));
      const town = prefer(newZone.length > 0 ? newZone : candidates);
      if (town) take(town);
    }
    if (picked.length === before) break;
  }
  return picked.slice(0, count);
}
