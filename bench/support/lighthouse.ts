// Lighthouse on a page of the Command Center, in a browser of its own.
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';
import { chromium } from 'playwright-core';

import { CHROMIUM } from '../../tests/support/browser.ts';
import type { CommandCenter } from '../../tests/support/command-center.ts';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
type Category = (typeof CATEGORIES)[number];

/** A browser that does nothing but what it is asked for. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const ATTEMPTS = 3;

export interface Given {
  path: string;
  isSignedIn: boolean;
  preset: Visit['preset'];
}

export interface Visit {
  preset: 'desktop' | 'mobile';
  /** From 0 to 100. */
  scores: Record<Category, number>;
  /** What cost points beside the measured times. */
  faults: string[];
}

/** Once more when the browser's own recording of the page failed, which happens on a busy machine. */
export async function visit(center: CommandCenter, given: Given): Promise<Visit> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await visitOnce(center, given);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function visitOnce(center: CommandCenter, { path, isSignedIn, preset }: Given): Promise<Visit> {
  const chrome = await launch({ chromePath: CHROMIUM, chromeFlags: FLAGS, ignoreDefaultFlags: true, logLevel: 'error' });
  try {
    if (isSignedIn) await signIn(center, chrome.port);
    const flags = { port: chrome.port, logLevel: 'error' as const, onlyCategories: [...CATEGORIES] };
    const found = await lighthouse(center.url + path, flags, preset === 'desktop' ? desktopConfig : undefined);
    const result = found!.lhr;
    if (result.runtimeError) throw new Error(`${path}: ${result.runtimeError.message}`);
    if (new URL(result.finalDisplayedUrl).pathname !== path) throw new Error(`${path} led to ${result.finalDisplayedUrl}`);
    const scores = Object.fromEntries(CATEGORIES.map((name) => [name, Math.round((result.categories[name]?.score ?? 0) * 100)])) as Visit['scores'];
    const counted = CATEGORIES.flatMap((name) => result.categories[name]?.auditRefs.filter(({ weight }) => weight > 0) ?? []);
    const faults = counted.flatMap(({ id }) => {
      const audit = result.audits[id]!;
      return audit.score !== null && audit.score < 0.9 ? [`${audit.title} ${audit.displayValue ?? ''} ${JSON.stringify(audit.details?.type === 'table' ? audit.details.items : '')}`.slice(0, 400)] : [];
    });
    return { preset, scores, faults };
  } finally {
    chrome.kill();
  }
}

/** The cookies lie in the browser's own profile, where the page that Lighthouse opens has them. */
async function signIn(center: CommandCenter, port: number): Promise<void> {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  await center.signIn(browser.contexts()[0]!);
  await browser.close();
}

export function leastOf(visits: readonly Visit[], category: Category): number {
  return Math.min(...visits.map(({ scores }) => scores[category]));
}
