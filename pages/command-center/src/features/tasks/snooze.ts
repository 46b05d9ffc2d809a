// Times that one puts a task off to, in the tenant's zone: mornings begin at nine.
import { getDayOfWeek, now as nowIn, toTimeZone, fromDate } from '@internationalized/date';
import type { ZonedDateTime } from '@internationalized/date';

const MORNING = { hour: 9, minute: 0, second: 0, millisecond: 0 };

export interface Snooze {
  label: string;
  until: string;
}

export function snoozesFrom(timeZone: string, at: Date = nowIn(timeZone).toDate()): Snooze[] {
  const here: ZonedDateTime = toTimeZone(fromDate(at, timeZone), timeZone);
  const daysToMonday = 7 - getDayOfWeek(here, 'en-US', 'mon');
  const text = (time: ZonedDateTime) => time.toDate().toISOString();
  return [
    { label: 'In 3 hours', until: text(here.add({ hours: 3 })) },
    { label: 'Tomorrow morning', until: text(here.add({ days: 1 }).set(MORNING)) },
    { label: 'Next Monday', until: text(here.add({ days: daysToMonday }).set(MORNING)) },
    { label: 'In 30 days', until: text(here.add({ days: 30 }).set(MORNING)) },
  ];
}
