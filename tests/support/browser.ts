// Chromium, and whether everybody can use what it shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { AxeResults } from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

import { ROOT } from './paths.ts';

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

// What floats over a page hangs on the button that opened it and stands at the end of the body: no landmark is meant for a menu or
// a tooltip.
const FLOATING = '[data-reka-popper-content-wrapper]';
const IN_LANDMARKS = { rules: [{ id: 'region', selector: `body *:not(${FLOATING}, ${FLOATING} *)` }] };

const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe has against a page (WCAG 2.2 AA and its own good practice), as `rule: where`. */
export async function barriers(page: Page): Promise<string[]> {
  // The page's own policy lets no script of others run; what a debugger evaluates is not asked.
  await page.evaluate(AXE);
  const { violations, passes }: AxeResults = await page.evaluate((spec) => {
    const { axe } = globalThis as any;
    axe.configure(spec);
    return axe.run();
  }, IN_LANDMARKS);
  if (passes.length === 0) throw new Error('axe looked at nothing');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary?.replaceAll(/\s+/g, ' ')}`));
}
