// What a visitor downloads, gzipped: at first, and with each page. Fails beyond the budgets.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const FIRST_KB = 180;
const PAGE_KB = 60;
const dist = new URL('../dist/', import.meta.url);

interface Chunk {
  file: string;
  src?: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
}
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8')) as Record<string, Chunk>;
const gzipped = (file: string) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

function filesOf(key: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports ?? []) filesOf(imported, found);
  return found;
}
const sum = (files: Iterable<string>) => [...files].reduce((total, file) => total + gzipped(file), 0) / 1000;

const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry)!;
const first = filesOf(entry);
const css = readdirSync(new URL('assets/', dist)).filter((file) => file.endsWith('.css'));
let isOver = sum(first) > FIRST_KB;
console.log(`first load  js ${sum(first).toFixed(1)} kB gzip (of ${FIRST_KB})`);
for (const file of css) console.log(`styles      ${gzipped(`assets/${file}`) / 1000} kB gzip  ${file}`);
for (const [key, chunk] of Object.entries(manifest).sort()) {
  if (!chunk.src?.endsWith('Page.vue') && !/plot|Palette|Sheet/.test(chunk.src ?? '')) continue;
  const own = sum([...filesOf(key)].filter((file) => !first.has(file)));
  if (own > PAGE_KB) isOver = true;
  console.log(`+ ${own.toFixed(1).padStart(6)} kB  ${chunk.src}`);
}
if (isOver) process.exitCode = 1;
