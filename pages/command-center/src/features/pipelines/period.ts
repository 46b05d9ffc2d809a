// The time that figures are of: the last so many days, or between two days of the tenant's calendar.
import { parseDate } from '@internationalized/date';

export const periods = [
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
  { value: '365', label: 'Last 12 months' },
  { value: 'between', label: 'Between two days' },
];

/** The API's `from` and `to`: the last day counts whole. Nothing where the days are not known yet or the wrong way round. */
export function spanOf(
  period: string,
  from: string | undefined,
  to: string | undefined,
  timeZone: string,
  now: number,
): { from: string; to?: string } | undefined {
  if (period !== 'between') return { from: new Date(now - Number(period) * 86_400_000).toISOString() };
  try {
    const first = parseDate(from ?? '');
    const last = parseDate(to ?? '');
    if (first.compare(last) > 0) return undefined;
    return { from: first.toDate(timeZone).toISOString(), to: last.add({ days: 1 }).toDate(timeZone).toISOString() };
  } catch {
    return undefined;
  }
}
