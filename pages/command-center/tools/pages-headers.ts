// The headers that `public/_headers` gives to a path.
import { readFileSync } from 'node:fs';

/** Of one path; without it, what every path has. */
export function pagesHeaders(path = '/'): Record<string, string> {
  const text = readFileSync(new URL('../public/_headers', import.meta.url), 'utf8');
  const found: Record<string, string> = {};
  let isMeant = false;
  for (const line of text.split('\n').filter((line) => line.trim() !== '')) {
    if (!line.startsWith(' ')) {
      const [before = '', after] = line.split('*');
      isMeant = after === undefined ? path === before : path.startsWith(before);
    } else if (isMeant) {
      const colon = line.indexOf(':');
      found[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
    }
  }
  return found;
}
