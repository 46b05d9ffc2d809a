// Holds the crate to the house rules (docs/architecture.md): who may name whom. Prints each breach and fails.
//
//   1. Arrows go down: lib -> app -> domains -> tables -> http, providers, events -> edge and the small shared files.
//   2. The runtime's crates are named in src/edge/ and src/lib.rs only.
//   3. A model, and a rule that says it is pure (`//! Pure:`), knows no runtime, no axum, no SQL.
//   4. A domain reaches another through what that domain's mod.rs makes public, and never through its store.
//   5. No SQL where requests are read and answered: routes, models, http, app, lib.
//
// Test modules may name whatever they test.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { mask, pathsIn } from './rust-paths.ts';

const LEVELS: readonly (readonly string[])[] = [
  ['edge', 'config', 'error', 'ids', 'json', 'permission', 'time'],
  ['http', 'providers', 'events'],
  ['tables'],
  ['access', 'audit', 'identity', 'campaigns', 'crm', 'commerce', 'assistant', 'voice', 'bookings', 'automations', 'content', 'insights', 'learning', 'live', 'dead_letters', 'development'],
  ['app'],
  ['lib', 'testing'],
];
const DOMAINS = LEVELS[3]!;
const levelOf = (place: string): number => LEVELS.findIndex((level) => level.includes(place));

const RUNTIME = ['worker', 'worker_sys', 'web_sys', 'js_sys', 'wasm_bindgen', 'wasm_bindgen_futures'];
const NOT_PURE = [...RUNTIME, 'axum', 'tower_service', 'rusqlite', 'tokio_postgres', 'tokio'];
/** What a pure file may take from the edge: how times and columns are written down. */
const PLAIN_VALUES = ['Millis', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'Flag', 'Json', 'Value'];
const SQL = /\b(SELECT\s[\s\S]*\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\s/;

export interface Breach {
  /** `src/campaigns/gate.rs:12` */
  where: string;
  what: string;
}

/** `sources` are the crate's files by their path inside src/. */
export function breaches(sources: ReadonlyMap<string, string>): Breach[] {
  const found: Breach[] = [];
  for (const [file, source] of sources) {
    const place = placeOf(file);
    if (levelOf(place) < 0) {
      found.push({ where: `src/${file}`, what: `${place} has no place in the house: give it one in tools/check-arrows.ts` });
      continue;
    }
    if (isTest(file)) continue;
    const { code, strings } = mask(source);
    const breach = (at: number, what: string) => found.push({ where: `src/${file}:${lineAt(source, at)}`, what });
    for (const path of pathsIn(code, modulePath(file))) {
      for (const what of complaints(file, place, path.segments, source, sources)) breach(path.at, what);
    }
    for (const { text, at } of strings) {
      if (SQL.test(text) && holdsNoSql(file)) breach(at, 'SQL belongs in a store');
    }
  }
  return found.filter((one, index) => found.findIndex((other) => other.where === one.where && other.what === one.what) === index);
}

function* complaints(file: string, place: string, segments: readonly string[], source: string, sources: ReadonlyMap<string, string>): Iterable<string> {
  const name = segments.join('::');
  const [root, target, inside, ...rest] = segments;
  if (root !== 'crate') {
    if (RUNTIME.includes(root!) && place !== 'edge' && place !== 'lib') yield `${name}: the runtime's crates are named in src/edge/ only`;
    else if (isPure(file, source) && NOT_PURE.includes(root!)) yield `${name}: a pure file`;
    return;
  }
  if (target === undefined || levelOf(target) < 0) return;
  if (target !== place && !goesDown(place, target)) yield `${name}: the arrow from ${place} to ${target} does not go down`;
  if (isPure(file, source) && !pureMayName(segments)) yield `${name}: a pure file`;
  const between = DOMAINS.includes(place) && DOMAINS.includes(target) && target !== place;
  if (between && inside !== undefined && isModule(sources, target, inside) && !isOffered(sources, target, inside)) {
    yield `${name}: ${inside} is ${target}'s own; offer it in ${target}/mod.rs, or publish an event`;
  }
  // A store below an offered module is a store still.
  if (between && inside !== 'store' && rest.includes('store')) yield `${name}: a store is its domain's own`;
}

function goesDown(from: string, to: string): boolean {
  const [above, below] = [levelOf(from), levelOf(to)];
  return below < above || (below === 0 && above === 0) || (DOMAINS.includes(from) && DOMAINS.includes(to));
}

function pureMayName([, target, ...rest]: readonly string[]): boolean {
  if (target === 'providers' || rest[0] === 'store') return false;
  return target !== 'edge' || PLAIN_VALUES.includes(rest.at(-1) ?? '');
}

const isPure = (file: string, source: string): boolean =>
  DOMAINS.includes(placeOf(file)) && (/(^|\/)model(\.rs|\/)/.test(file) || /^\/\/! Pure:/m.test(source));
const isTest = (file: string): boolean => /(^|\/)tests(\.rs|\/)/.test(file);
const holdsNoSql = (file: string): boolean => /^(lib|app|http)\b|(^|\/)(routes|model)(\.rs|\/)/.test(file);
const isModule = (sources: ReadonlyMap<string, string>, domain: string, name: string): boolean =>
  sources.has(`${domain}/${name}.rs`) || sources.has(`${domain}/${name}/mod.rs`);
const isOffered = (sources: ReadonlyMap<string, string>, domain: string, name: string): boolean =>
  name !== 'store' && new RegExp(`^pub(\\(crate\\))? mod ${name};`, 'm').test(sources.get(`${domain}/mod.rs`) ?? '');
const placeOf = (file: string): string => file.split('/')[0]!.replace(/\.rs$/, '');
const modulePath = (file: string): string[] => file.replace(/(\/mod)?\.rs$/, '').split('/').filter((part) => part !== 'lib');
const lineAt = (source: string, at: number): number => source.slice(0, at).split('\n').length;

if (import.meta.main) {
  const root = join(import.meta.dirname, '../src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.rs'));
  const found = breaches(new Map(files.sort().map((file) => [file, readFileSync(join(root, file), 'utf8')])));
  for (const { where, what } of found) console.error(`${where}  ${what}`);
  console.log(`arrows: ${files.length} files, ${found.length} breaches`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
