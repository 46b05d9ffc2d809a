const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

type Day = (typeof DAYS)[number];

/** For each day of the week the spans it is open, local time; none on a day it is closed. */
export type Hours = Record<Day, [opens: string, closes: string][]>;

/** Reads the short way in which the trades write their hours: "mon-fri 08:00-17:00; sat 09:00-13:00". A day can have two spans. */
export function hours(written: string): Hours {
  const week = Object.fromEntries(DAYS.map((day) => [day, []])) as unknown as Hours;
  for (const part of written.split('; ')) {
    const [days = '', ...spans] = part.split(' ');
    for (const day of daysOf(days)) {
      for (const span of spans) {
        const [opens, closes] = span.split('-');
        if (!opens || !closes) throw new Error(`not a span of time: ${span}`);
        week[day].push([opens, closes]);
      }
    }
  }
  return week;
}

function daysOf(range: string): readonly Day[] {
  const [first, last = first] = range.split('-') as [Day, Day?];
  const from = DAYS.indexOf(first);
  const to = DAYS.indexOf(last);
  if (from < 0 || to < from) throw new Error(`not days of the week: ${range}`);
  return DAYS.slice(from, to + 1);
}
