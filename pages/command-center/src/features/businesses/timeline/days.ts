// The entries of a timeline, day by day as the tenant's zone has it.
export interface DayOf<Entry> {
  key: string;
  /** `Today`, `Yesterday`, or the date. */
  title: string;
  entries: Entry[];
}

export function byDay<Entry extends { occurred_at: string }>(entries: readonly Entry[], timeZone: string, now: number): DayOf<Entry>[] {
  const key = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const title = new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'full' });
  const today = key.format(now);
  const yesterday = key.format(now - 86_400_000);
  const days: DayOf<Entry>[] = [];
  for (const entry of entries) {
    const at = new Date(entry.occurred_at);
    const day = key.format(at);
    const last = days.at(-1);
    if (last?.key === day) last.entries.push(entry);
    else days.push({ key: day, title: day === today ? 'Today' : day === yesterday ? 'Yesterday' : title.format(at), entries: [entry] });
  }
  return days;
}
