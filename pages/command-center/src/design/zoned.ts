// Between the API's times (RFC 3339 in UTC) and a date picker's, which are of the tenant's zone.
import { getLocalTimeZone, parseAbsolute, parseDate, toCalendarDate } from '@internationalized/date';
import type { CalendarDate, DateValue, ZonedDateTime } from '@internationalized/date';

export function dateOf(text: string | null | undefined): CalendarDate | undefined {
  if (!text) return undefined;
  try {
    return parseDate(text.slice(0, 10));
  } catch {
    return undefined;
  }
}

export function zonedOf(text: string | null | undefined, timeZone: string = getLocalTimeZone()): ZonedDateTime | undefined {
  if (!text) return undefined;
  try {
    return parseAbsolute(text, timeZone);
  } catch {
    return undefined;
  }
}

export function textOfDate(value: DateValue | undefined): string | null {
  return value ? toCalendarDate(value).toString() : null;
}

export function textOfTime(value: DateValue | undefined, timeZone: string): string | null {
  return value ? value.toDate(timeZone).toISOString() : null;
}
