import { heritagesOf } from './heritages.ts';
import { COMMON, NAMES } from './name_lists.ts';
import type { Heritage, Names } from './name_lists.ts';
import type { Random } from './random.ts';

export interface PersonName {
  first: string;
  last: string;
  heritage: Heritage;
}

/** A first and a last name as one would meet them behind a counter in that state. */
export function personName(state: string, random: Random): PersonName {
  return nameOf(random.weighted(heritagesOf(state)), random);
}

/** Someone of the same family: another first name, the same last name. */
export function relativeOf({ last, heritage }: PersonName, random: Random): PersonName {
  return { ...nameOf(heritage, random), last };
}

function nameOf(heritage: Heritage, random: Random): PersonName {
  const names = NAMES[heritage];
  return { first: firstName(names, random), last: random.pick(names.last).replaceAll('-', ' '), heritage };
}

/** About half go by a name that any family may give, and the rest by one of their own people's. */
function firstName(names: Names, random: Random): string {
  return random.pick(random.percent(45) ? COMMON : names.first);
}
