import { readFileSync } from 'node:fs';

/** The IANA zone of a ZIP code: the ZIP's own if it is an exception, else its prefix's, else its state's, else none. */
export function zoneOf(zip: string | null, state: string | null): string | undefined {
  const zones = table();
  return (zip && (zones.get(zip) ?? zones.get(zip.slice(0, 3)))) || (state ? zones.get(state) : undefined) || undefined;
}

let loaded: ReadonlyMap<string, string> | undefined;

/** The same file that the engine reads, so that the seed and the engine cannot disagree. */
function table(): ReadonlyMap<string, string> {
  loaded ??= new Map(
    readFileSync(new URL('./zip3_timezones.csv', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): [string, string] => {
        const comma = line.indexOf(',');
        return [line.slice(0, comma), line.slice(comma + 1)];
      }),
  );
  return loaded;
}
