// `make screenshots`: every page of the Command Center as a picture, on a desk and on a phone, in the light and in the dark.
//
//   node tools/screenshots.ts [page …] [--worker release] [--to docs/screenshots]
//
// The pictures are docs/screenshots/<page>-<desktop|phone>-<light|dark>.png. The clocks of the platform and of the pages stand still at
// one moment, so that the same code gives the same pictures but for ids that are made at random. Names of pages make only those.
// All of them are some megabytes, so that only those are kept in the repository that the README shows; the others are ignored.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Page } from 'playwright-core';

import { openCommandCenter, useTheme } from '../tests/support/command-center.ts';
import type { CommandCenter, PageOptions } from '../tests/support/command-center.ts';
import { ROOT } from '../tests/support/paths.ts';
import { NOW, makeRecords } from './screenshots/records.ts';
import type { Records } from './screenshots/records.ts';

const { values: options, positionals: only } = parseArgs({
  allowPositionals: true,
  options: { worker: { type: 'string', default: 'release' }, to: { type: 'string', default: join(ROOT, 'docs/screenshots') } },
});
const worker = options.worker as 'release' | 'dev';
const THEMES = ['light', 'dark'] as const;
const DEVICES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

interface Shot {
  name: string;
  path: string;
  /** What is on the page once it is there, beside its heading. */
  shows?: string;
}

const withNobody: Shot[] = [{ name: 'sign-in', path: '/sign-in' }];

/** Before there are any records. */
const empty: Shot[] = [
  { name: 'empty-businesses', path: '/businesses' },
  { name: 'empty-sequences', path: '/sequences' },
  { name: 'empty-outbox', path: '/outbox' },
];

const BUSINESS_TABS = ['timeline', 'people', 'notes', 'tasks', 'deals', 'needs', 'scores', 'duplicates'];
const SETTINGS = ['account', 'organization', 'locations', 'team', 'roles', 'api-keys', 'ip-allow-list', 'audit-log', 'services', 'scoring', 'feature-flags'];

const shots = (of: Records): Shot[] => [
  { name: 'dashboard', path: '/' },
  { name: 'businesses', path: '/businesses' },
  { name: 'businesses-add', path: '/businesses?add=business', shows: '[role=dialog]' },
  { name: 'business', path: `/businesses/${of.business}` },
  ...BUSINESS_TABS.map((tab) => ({ name: `business-${tab}`, path: `/businesses/${of.business}?tab=${tab}` })),
  { name: 'people', path: '/people' },
  { name: 'person', path: `/people/${of.person}` },
  { name: 'person-timeline', path: `/people/${of.person}?tab=timeline` },
  { name: 'communities', path: '/communities' },
  { name: 'community', path: `/communities/${of.community}` },
  { name: 'pipeline', path: `/pipelines/${of.pipeline}` },
  { name: 'pipeline-conversion', path: `/pipelines/${of.pipeline}/conversion` },
  { name: 'pipeline-stages', path: `/pipelines/${of.pipeline}/stages` },
  { name: 'tasks', path: '/tasks' },
  { name: 'tasks-board', path: '/tasks?view=board' },
  { name: 'tasks-add', path: '/tasks?add=task', shows: '[role=dialog]' },
  { name: 'segments', path: '/segments' },
  { name: 'segment-new', path: '/segments/new' },
  { name: 'segment', path: `/segments/${of.segment}` },
  { name: 'segment-members', path: `/segments/${of.segment}?tab=members` },
  { name: 'duplicates', path: '/duplicates' },
  { name: 'merged', path: '/duplicates?what=history' },
  { name: 'merge', path: `/merge/businesses/${of.duplicates.join('/')}` },
  { name: 'imports', path: '/imports' },
  { name: 'import-new', path: '/imports/new' },
  { name: 'import', path: `/imports/${of.import}` },
  { name: 'exports', path: '/exports' },
  { name: 'sequences', path: '/sequences' },
  { name: 'sequence', path: `/sequences/${of.sequence}` },
  { name: 'sequence-steps', path: `/sequences/${of.sequence}?tab=steps`, shows: '[data-step]' },
  { name: 'sequence-step', path: `/sequences/${of.sequence}?tab=steps&step=HOOK-001`, shows: '[role=dialog]' },
  { name: 'sequence-people', path: `/sequences/${of.sequence}?tab=people` },
  { name: 'sequence-sends', path: `/sequences/${of.sequence}?tab=sends` },
  { name: 'sequence-versions', path: `/sequences/${of.sequence}?tab=versions` },
  { name: 'templates', path: '/templates' },
  { name: 'template', path: `/templates/${of.template}`, shows: '.cm-content' },
  { name: 'template-on-a-phone-in-the-dark', path: `/templates/${of.template}?device=phone&scheme=dark&pane=preview`, shows: 'iframe' },
  { name: 'template-new', path: '/templates/new' },
  { name: 'outbox', path: '/outbox' },
  { name: 'outbox-send', path: `/outbox?send=${of.skipped}`, shows: '[role=dialog]' },
  { name: 'suppressions', path: '/suppressions' },
  { name: 'content-sync', path: '/content-sync' },
  { name: 'tags', path: '/tags' },
  { name: 'industries', path: '/industries' },
  { name: 'dead-letters', path: '/dead-letters' },
  ...SETTINGS.map((path) => ({ name: `settings-${path}`, path: `/settings/${path}` })),
  { name: 'settings-roles-compared', path: '/settings/roles?tab=matrix' },
  { name: 'settings-role', path: `/settings/roles/${of.role}` },
  { name: 'not-found', path: '/nowhere' },
];

const isWanted = ({ name }: Shot): boolean => only.length === 0 || only.includes(name);

async function take(page: Page, device: string, { name, path, shows }: Shot): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  for (const theme of THEMES) {
    await useTheme(page, theme);
    await settled(page, shows);
    await page.screenshot({ path: join(options.to, `${name}-${device}-${theme}.png`), animations: 'disabled' });
  }
  console.log(`${device} ${name}`);
}

/** Everything was asked for and has come: nothing is loading, and no picture or letter is missing. */
async function settled(page: Page, shows = 'h1'): Promise<void> {
  await page.locator(shows).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('[aria-busy=true], .animate-shimmer').first().waitFor({ state: 'detached' });
  await page.evaluate(async () => {
    const here = globalThis as any;
    await here.document.fonts.ready;
    await new Promise((resolve) => here.requestAnimationFrame(() => here.requestAnimationFrame(resolve)));
  });
}

async function onEveryDevice(center: CommandCenter, list: Shot[], open: (options: PageOptions) => Promise<Page>): Promise<void> {
  const wanted = list.filter(isWanted);
  if (wanted.length === 0) return;
  for (const [device, viewport] of Object.entries(DEVICES)) {
    const page = await open({ viewport, expected: [/status of 404/, /about:srcdoc/] });
    await page.context().clock.setFixedTime(await center.platform.clock.get());
    for (const shot of wanted) await take(page, device, shot);
    await page.context().close();
  }
}

mkdirSync(options.to, { recursive: true });
if ([...withNobody, ...empty].some(isWanted)) {
  await using center = await openCommandCenter({ worker, demo: false });
  await center.platform.clock.set(NOW);
  await onEveryDevice(center, withNobody, (options) => center.page('/sign-in', options));
  await onEveryDevice(center, empty, (options) => center.signedIn('/tags', options));
}
await using center = await openCommandCenter({ worker, demo: { communities: 6, people: 160, now: NOW } });
const records = await makeRecords(center);
await onEveryDevice(center, shots(records), (options) => center.signedIn('/tags', { ...options, email: records.email }));
