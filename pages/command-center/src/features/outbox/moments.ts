import { parseDate } from '@internationalized/date';

/** A day of the tenant's as the moments that the API asks for: from its first, until the first after it. */
export function momentsOf(days: Record<string, string | undefined>, timeZone: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, day] of Object.entries(days)) {
    if (!day) continue;
    const date = parseDate(day.slice(0, 10));
    found[`filter[${name}]`] = (name.endsWith('_until') ? date.add({ days: 1 }) : date).toDate(timeZone).toISOString();
  }
  return found;
}
