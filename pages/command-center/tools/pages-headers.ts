// The headers that `public/_headers` gives to every path.
import { readFileSync } from 'node:fs';

export function pagesHeaders(): Record<string, string> {
  const text = readFileSync(new URL('../public/_headers', import.meta.url), 'utf8');
  const everywhere = /^\/\*\n((?: {2}.+\n?)+)/m.exec(text)?.[1] ?? '';
  return Object.fromEntries(
    everywhere
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
      }),
  );
}
