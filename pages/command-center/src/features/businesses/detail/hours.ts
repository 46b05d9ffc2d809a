// Opening hours as the API has them, `{"mon": [["08:00", "17:00"]]}`, in lines that people read.
const DAYS = { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' } as const;

export interface Day {
  /** `Monday`, or `Monday to Friday` where the same holds. */
  day: string;
  spans: string;
}

/** Empty when nothing is known, or when it is written otherwise. */
export function hoursOf(given: unknown): Day[] {
  if (typeof given !== 'object' || given === null) return [];
  const hours = given as Record<string, unknown>;
  const days = Object.entries(DAYS).flatMap(([key, day]) => {
    const spans = hours[key];
    if (!Array.isArray(spans)) return [];
    const written = spans.filter(isSpan).map(([from, to]) => `${clock(from)} – ${clock(to)}`);
    return [{ day, spans: written.join(', ') || 'Closed' }];
  });
  return together(days);
}

const isSpan = (span: unknown): span is [string, string] =>
  Array.isArray(span) && span.length === 2 && span.every((time) => typeof time === 'string' && /^\d{1,2}:\d{2}$/.test(time));

function clock(time: string): string {
  const [hour, minute] = time.split(':').map(Number);
  return new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(
    Date.UTC(2000, 0, 1, hour, minute),
  );
}

function together(days: readonly Day[]): Day[] {
  const runs: { from: string; to: string; spans: string }[] = [];
  for (const { day, spans } of days) {
    const last = runs.at(-1);
    if (last?.spans === spans) last.to = day;
    else runs.push({ from: day, to: day, spans });
  }
  return runs.map(({ from, to, spans }) => ({ day: from === to ? from : `${from} to ${to}`, spans }));
}
