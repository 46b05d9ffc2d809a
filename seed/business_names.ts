import { areaName, regionOf } from './localities.ts';
import { personName } from './names.ts';
import type { PersonName } from './names.ts';
import type { Community } from './places/communities.ts';
import type { Random } from './random.ts';
import type { Trade } from './trades.ts';

/** A name as it could stand in that town's directory, after its owner, its street, its area or a good idea. */
export function businessName(trade: Trade, owner: PersonName, street: string, community: Community, random: Random): string {
  const ofHeritage = trade.heritageNames?.[owner.heritage];
  const pattern = random.pick(ofHeritage && random.percent(60) ? ofHeritage : trade.names);
  const name = fill(pattern, {
    last: owner.last,
    first: owner.first,
    partner: personName(community.state, random).last,
    street,
    town: community.name,
    county: countyPhrase(community),
    region: regionOf(community.state, random),
    area: areaName(random),
    word: trade.words.length > 0 ? random.pick(trade.words) : '',
  });
  // "Davis' Garage", and the plain apostrophe that people type.
  return name.replace(/s’s\b/g, 's’').replaceAll('’', "'");
}

export function businessDescription(trade: Trade, community: Community, year: number, random: Random): string {
  return fill(random.pick(trade.descriptions), { town: community.name, county: countyPhrase(community), year: String(year) });
}

/** "Pima County", but "Caddo Parish", "Kodiak Island Borough" and plain "Suffolk" where the city is its own county. */
export function countyPhrase({ county, state }: Community): string {
  if (county.startsWith('City of ')) return county.slice('City of '.length);
  const kind = { LA: 'Parish', AK: 'Borough' }[state] ?? 'County';
  return `${county} ${kind}`;
}

function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}
