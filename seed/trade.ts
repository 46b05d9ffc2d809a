import type { Heritage } from './name_lists.ts';
import type { Weighted } from './random.ts';

/** What the generator needs to know to make up a business of one industry that could stand in a local directory. */
export interface Trade {
  /** The industry's slug. */
  industry: string;
  /** How many of a town's businesses are of this trade, against the others' shares. */
  share: number;
  /**
   * Name patterns. {last} and {first} are the owner's, {partner} a second last name, {street} the street it stands in,
   * {town}, {county} ("Pima County"), {region} what the state calls itself, {area} a local landmark, {word} one of `words`.
   */
  names: readonly string[];
  /** Further patterns for owners of one heritage, where a trade is named after it. */
  heritageNames?: Partial<Record<Heritage, readonly string[]>>;
  words: readonly string[];
  /** One sentence about it; {town}, {county} and {year} are filled in. */
  descriptions: readonly string[];
  hours: readonly string[];
  employees: Weighted<EmployeeRange>;
  titles: Readonly<Record<Post, readonly string[]>>;
  /** Of a hundred, so many are in a suite or a unit. */
  suites: number;
  /** Of a hundred, so many answer business mail from a free mailbox. */
  freeMail: number;
}

export type EmployeeRange = '1-4' | '5-9' | '10-19' | '20-49' | '50-99';

/** What somebody does there, as far as the platform tells apart. */
export type Post = 'owner' | 'manager' | 'marketing' | 'operations' | 'staff';
