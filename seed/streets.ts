import type { Random, Weighted } from './random.ts';

export interface Street {
  /** As a business would put it in its name: "Harbor Street". */
  spoken: string;
  /** As the post office writes it: "412 Harbor St". */
  address: string;
}

/** Streets that nearly every American town has, weighted by how much business is on them. */
const STREETS: Weighted<string> = [
  ['Main Street', 150], ['Market Street', 34], ['Broadway', 34], ['Washington Street', 30], ['Church Street', 26], ['Center Street', 24],
  ['Court Street', 22], ['Front Street', 22], ['Water Street', 20], ['High Street', 20], ['State Street', 20], ['Jefferson Street', 18],
  ['Lincoln Avenue', 18], ['Park Avenue', 18], ['Elm Street', 16], ['Oak Street', 16], ['Maple Avenue', 16], ['Walnut Street', 16],
  ['Chestnut Street', 14], ['Cedar Street', 12], ['Pine Street', 12], ['Mill Street', 12], ['Railroad Avenue', 12], ['Depot Street', 10],
  ['Commerce Drive', 14], ['Industrial Drive', 14], ['College Avenue', 12], ['Central Avenue', 16], ['River Road', 14], ['Lake Street', 10],
  ['Bridge Street', 10], ['Union Street', 10], ['Franklin Street', 12], ['Jackson Street', 14], ['Madison Avenue', 10], ['Spring Street', 10],
  ['School Street', 8], ['Canal Street', 6], ['Harrison Street', 8], ['Monroe Street', 8], ['Grant Avenue', 8], ['Division Street', 8],
  ['Second Street', 18], ['Third Street', 16], ['Fourth Street', 14], ['Fifth Avenue', 12], ['Sixth Street', 10], ['Seventh Street', 8],
  ['Old Mill Road', 6], ['Airport Road', 8], ['Fairground Road', 6], ['Orchard Street', 6], ['Prospect Street', 6], ['Vine Street', 8],
];

/** Hawaii's towns are laid out along other names. */
const HAWAII: Weighted<string> = [
  ['Kamehameha Highway', 20], ['Kilauea Avenue', 14], ['Kinoole Street', 12], ['Front Street', 10], ['Hana Highway', 10], ['Kuhio Highway', 12],
  ['Lower Main Street', 10], ['Puunene Avenue', 8], ['Kapiolani Street', 8], ['Farrington Highway', 12], ['Rice Street', 10], ['Keawe Street', 8],
];

const SHORT: Readonly<Record<string, string>> = { Street: 'St', Avenue: 'Ave', Road: 'Rd', Drive: 'Dr', Highway: 'Hwy' };

/** Numbered streets are spelled out on the awning and written in figures on the envelope. */
const FIGURES: Readonly<Record<string, string>> = { Second: '2nd', Third: '3rd', Fourth: '4th', Fifth: '5th', Sixth: '6th', Seventh: '7th' };

/** A street of the state's towns with a house number, and a suite in `suites` of a hundred cases. */
export function street(state: string, suites: number, random: Random): Street {
  const spoken = random.weighted(state === 'HI' ? HAWAII : STREETS);
  const side = random.percent(22) ? `${random.pick(['N', 'S', 'E', 'W'])} ` : '';
  const written = spoken.replace(/\w+$/, (kind) => SHORT[kind] ?? kind).replace(/^\w+/, (number) => FIGURES[number] ?? number);
  const suite = random.percent(suites) ? `, ${random.pick(['Ste', 'Ste', 'Unit'])} ${random.pick(['A', 'B', 'C', '1', '2', '3', '4', '5', '100', '101', '102', '110', '200', '201', '204', '210'])}` : '';
  const number = random.percent(70) ? random.int(100, 999) : random.int(1_000, 4_899);
  return { spoken, address: `${number} ${side}${written}${suite}` };
}
