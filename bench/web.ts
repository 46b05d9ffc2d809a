// `make bench-web`: what the Command Center weighs, what Lighthouse says of it, and how it scrolls through 100,000 businesses.
//
//   node bench/web.ts [--worker release] [--businesses 100000] [--rows 5000] [--skip lighthouse|table]
//
// Lighthouse runs as it does from the command line, in its desktop preset (a cable connection of 10 Mbit/s and 40 ms, simulated), on the
// built app as Pages serves it, compressed, with the real Worker behind it: the sign-in page, and the dashboard and the list of
// businesses for somebody who is signed in. The figure is the least of the three. The performance of its mobile preset (a slow phone on
// slow 4G) is printed beside it, without a threshold: this is a tool for a desk.
//
// The table is scrolled with the wheel and with Page Down, faster than anybody does, while more pages of it are fetched. A long task is
// what the browser calls one: 50 ms and more in which a page answers nothing. 0 means that there was none.
import { parseArgs } from 'node:util';

import { DIST, openCommandCenter } from '../tests/support/command-center.ts';
import type { CommandCenter } from '../tests/support/command-center.ts';
import { BUDGETS, sizes } from '../pages/command-center/tools/sizes.ts';
import { addBusinesses } from './support/businesses.ts';
import { leastOf, visit } from './support/lighthouse.ts';
import type { Visit } from './support/lighthouse.ts';
import { progress, report } from './support/report.ts';
import type { Figures } from './support/report.ts';
import { scrolled } from './support/scrolling.ts';

const { values: options } = parseArgs({
  options: {
    worker: { type: 'string', default: 'release' },
    businesses: { type: 'string', default: '100000' },
    rows: { type: 'string', default: '5000' },
    skip: { type: 'string', multiple: true, default: [] },
  },
});
const worker = options.worker as 'release' | 'dev';

function weight(): Figures {
  const { first, pages } = sizes(new URL(`file://${DIST}/`));
  const largest = pages.toSorted((one, other) => other.bytes - one.bytes)[0]!;
  progress(`the heaviest page is ${largest.src}`);
  return { js_gzip_bytes: first, route_js_gzip_bytes: largest.bytes };
}

async function lighthouse(center: CommandCenter): Promise<Figures> {
  const pages = [
    { path: '/sign-in', isSignedIn: false },
    { path: '/', isSignedIn: true },
    { path: '/businesses', isSignedIn: true },
  ];
  const seen: Record<Visit['preset'], Visit[]> = { desktop: [], mobile: [] };
  for (const preset of ['desktop', 'mobile'] as const) {
    for (const { path, isSignedIn } of pages) {
      const found = await visit(center, { path, isSignedIn, preset });
      seen[preset].push(found);
      progress(`${preset} ${path}: ${Object.entries(found.scores).map(([name, score]) => `${name} ${score}`).join(', ')}`);
      for (const fault of found.faults) progress(`    ${fault}`);
    }
  }
  return {
    lighthouse_performance: leastOf(seen.desktop, 'performance'),
    lighthouse_accessibility: leastOf([...seen.desktop, ...seen.mobile], 'accessibility'),
    lighthouse_best_practices: leastOf([...seen.desktop, ...seen.mobile], 'best-practices'),
    lighthouse_performance_mobile: leastOf(seen.mobile, 'performance'),
  };
}

async function table(center: CommandCenter): Promise<Figures> {
  await addBusinesses(center.platform, Number(options.businesses));
  await center.platform.sql('DELETE FROM search_pending');
  await center.platform.sql('ANALYZE');
  progress(`${options.businesses} businesses are there`);
  return scrolled(await center.signedIn('/tags'), '/businesses', Number(options.rows));
}

async function measured(): Promise<Figures> {
  await using center = await openCommandCenter({ worker, direct: true, queueTimeout: null });
  return {
    ...weight(),
    ...(options.skip.includes('lighthouse') ? {} : await lighthouse(center)),
    ...(options.skip.includes('table') ? {} : await table(center)),
  };
}

const figures = await measured();
const thresholds = {
  js_gzip_bytes: { atMost: BUDGETS.first },
  route_js_gzip_bytes: { atMost: BUDGETS.page },
  lighthouse_performance: { atLeast: 95 },
  lighthouse_accessibility: { atLeast: 100 },
  lighthouse_best_practices: { atLeast: 95 },
  longest_task_ms: { atMost: 100 },
};
report(figures, Object.fromEntries(Object.entries(thresholds).filter(([name]) => name in figures)));
