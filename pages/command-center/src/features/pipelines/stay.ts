import { count } from '@/lib/words.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something stayed, in the largest unit that says enough. */
export function stayOf(milliseconds: number): string {
  if (milliseconds >= DAY) return count(Math.floor(milliseconds / DAY), 'day');
  if (milliseconds >= HOUR) return count(Math.floor(milliseconds / HOUR), 'hour');
  if (milliseconds >= MINUTE) return count(Math.floor(milliseconds / MINUTE), 'minute');
  return 'less than a minute';
}
