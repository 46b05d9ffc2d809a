// Until when a task can be put off: mornings in the tenant's zone.
import { now } from '@internationalized/date';

const HOUR = 9;

export interface Snooze {
  label: string;
  until: string;
}

export function snoozes(timeZone: string, from = now(timeZone)): Snooze[] {
  const morning = (days: number) => from.add({ days }).set({ hour: HOUR, minute: 0, second: 0, millisecond: 0 }).toAbsoluteString();
  // 0 is Sunday in the zone's own calendar day.
  const weekday = new Date(Date.UTC(from.year, from.month - 1, from.day)).getUTCDay();
  return [
    { label: 'Three hours', until: from.add({ hours: 3 }).toAbsoluteString() },
    { label: 'Tomorrow', until: morning(1) },
    { label: 'Monday', until: morning((8 - weekday) % 7 || 7) },
    { label: 'In two weeks', until: morning(14) },
  ];
}
