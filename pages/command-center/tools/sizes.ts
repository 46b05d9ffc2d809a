// What a visitor downloads, gzipped: at first, and with each page. Run by itself it prints them, and fails beyond the budgets.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Bytes of gzipped JavaScript. */
export const BUDGETS = { first: 180_000, page: 60_000 };

export interface Sizes {
  first: number;
  /** What each page, and what is opened over one, brings beside that. */
  pages: { src: string; bytes: number }[];
  styles: { file: string; bytes: number }[];
}

interface Chunk {
  file: string;
  src?: string;
  isEntry?: boolean;
  imports?: string[];
}

/** Of what was built. */
export function sizes(dist = new URL('../dist/', import.meta.url)): Sizes {
  const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8')) as Record<string, Chunk>;
  const gzipped = (file: string) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  const sum = (files: Iterable<string>) => [...files].reduce((total, file) => total + gzipped(file), 0);

  function filesOf(key: string, found = new Set<string>()): Set<string> {
    const chunk = manifest[key];
    if (!chunk || found.has(chunk.file)) return found;
    found.add(chunk.file);
    for (const imported of chunk.imports ?? []) filesOf(imported, found);
    return found;
  }

  const first = filesOf(Object.keys(manifest).find((key) => manifest[key]?.isEntry)!);
  const isPage = (src = '') => src.endsWith('Page.vue') || /plot|Palette|Sheet/.test(src);
  const pages = Object.entries(manifest).filter(([, chunk]) => isPage(chunk.src));
  return {
    first: sum(first),
    pages: pages.sort().map(([key, { src }]) => ({ src: src!, bytes: sum([...filesOf(key)].filter((file) => !first.has(file))) })),
    styles: readdirSync(new URL('assets/', dist))
      .filter((file) => file.endsWith('.css'))
      .map((file) => ({ file, bytes: gzipped(`assets/${file}`) })),
  };
}

if (import.meta.main) {
  const { first, pages, styles } = sizes();
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(6)} kB`;
  console.log(`first load ${kilobytes(first)} of JavaScript (of ${BUDGETS.first / 1000})`);
  for (const { file, bytes } of styles) console.log(`styles     ${kilobytes(bytes)}  ${file}`);
  for (const { src, bytes } of pages) console.log(`+          ${kilobytes(bytes)}  ${src}`);
  if (first > BUDGETS.first || pages.some(({ bytes }) => bytes > BUDGETS.page)) process.exitCode = 1;
}
