import type { Random } from './random.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The day on which the demo is: fixed, so that seeding twice gives the same ids and the second time changes nothing. */
export const DEMO_NOW = Date.UTC(2026, 10, 2, 14);

/** A moment between two others; the later one if they are the wrong way round. */
export function between(from: number, to: number, random: Random): number {
  return from >= to ? to : from + Math.floor(((to - from) / 1_000_000) * random.int(0, 1_000_000));
}
