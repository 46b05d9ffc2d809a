// Where the demo's clock stops on its way.
import { DAY, HOUR } from '../../seed/clock.ts';

const MINUTE = 60_000;

/** The first and the last hour, counted from UTC midnight, in which it is between nine and five anywhere from Maine to Hawaii. */
const FIRST_HOUR = 13;
const LAST_HOUR = 26;

export interface Day {
  /** From 1. */
  number: number;
  /** `2026-11-02`. */
  date: string;
  /** Moments at which the clock stops. */
  stops: number[];
}

/**
 * Every hour of a weekday, shortly before it ends: a send that came due in the last hour of somebody's window still goes out in it.
 * On weekends nobody's window is open, so they are passed over.
 */
export function* days(start: number): Generator<Day> {
  const midnight = Math.floor(start / DAY) * DAY;
  for (let number = 1; ; number++) {
    const day = midnight + (number - 1) * DAY;
    const weekday = new Date(day).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    const stops: number[] = [];
    for (let hour = FIRST_HOUR; hour <= LAST_HOUR; hour++) {
      const stop = day + hour * HOUR + 58 * MINUTE;
      if (stop > start) stops.push(stop);
    }
    yield { number, date: new Date(day).toISOString().slice(0, 10), stops };
  }
}
