// The Command Center as it is used: the built app before a platform with demo records, and somebody signed in in a browser.
//
//   const center = await startCommandCenter(t);
//   const page = await center.signedIn('/people');
//   await page.getByRole('heading', { name: 'People' }).waitFor();
//   await center.isAccessible(page);
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import type { Browser, BrowserContext, Page } from 'playwright-core';

import { demoRows } from '../../seed/demo.ts';
import type { DemoOptions } from '../../seed/demo.ts';
import { toSql } from '../../seed/sql.ts';
import { barriers, startBrowser } from './browser.ts';
import { OneOrigin } from './one-origin.ts';
import { ROOT, environment, executable } from './paths.ts';
import { startPlatform } from './platform.ts';
import type { Platform, PlatformOptions } from './platform.ts';
import { PASSWORD, joined } from './team.ts';

const APP = join(ROOT, 'pages/command-center');
/** $OPERATIONS_TEST_APP is a build to test as it is. */
const GIVEN = process.env['OPERATIONS_TEST_APP'];
export const DIST = GIVEN ?? join(APP, 'dist');
const THEMES = ['light', 'dark'] as const;

export interface CommandCenterOptions extends PlatformOptions {
  /** Which records there are; `false` for none. Default: 2 communities, 60 people and their businesses, up to now. */
  demo?: DemoOptions | false;
}

export interface PageOptions {
  /** Default 1440 by 900. */
  viewport?: { width: number; height: number };
  theme?: (typeof THEMES)[number];
  /** Errors on the console that belong to what is tested, as an answer 401. They are matched with `<text> <address>`. */
  expected?: RegExp[];
}

export interface MemberOptions extends PageOptions {
  /** Default `owner`. */
  role?: string;
  /** Of somebody who has joined already, with the password that all have. Default: somebody new. */
  email?: string;
}

/** It ends with the test `t`; a page that wrote an error to its console fails it. */
export async function startCommandCenter(t: TestContext, options: CommandCenterOptions = {}): Promise<CommandCenter> {
  const center = await openCommandCenter(options);
  t.after(() => center[Symbol.asyncDispose]());
  return center;
}

/** The same outside a test: `await using center = await openCommandCenter()`. */
export async function openCommandCenter({ demo = {}, ...options }: CommandCenterOptions = {}): Promise<CommandCenter> {
  if (!GIVEN) buildWhenOld();
  // What was started last ends first: no page asks a platform that is gone.
  await using starting = new AsyncDisposableStack();
  const origin = await OneOrigin.start(DIST);
  starting.defer(() => origin.stop());
  const platform = await startPlatform({ ...options, vars: { ...options.vars, PUBLIC_URL: origin.url } });
  starting.defer(() => platform.dispose());
  origin.platformPort = Number(new URL(platform.url).port);
  if (demo) await load(platform, demo);
  const browser = await startBrowser();
  starting.defer(() => browser.close());
  return new CommandCenter(starting.move(), platform, origin, browser);
}

export class CommandCenter implements AsyncDisposable {
  readonly url: string;
  readonly platform: Platform;
  readonly origin: OneOrigin;
  readonly #started: AsyncDisposableStack;
  readonly #errors: string[] = [];
  readonly #browser: Browser;

  /** Use `startCommandCenter` or `openCommandCenter`. */
  constructor(started: AsyncDisposableStack, platform: Platform, origin: OneOrigin, browser: Browser) {
    this.#started = started;
    this.platform = platform;
    this.origin = origin;
    this.url = origin.url;
    this.#browser = browser;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
    assert.deepEqual(this.#errors, [], 'errors on the console');
  }

  /** A page of somebody who is not signed in. */
  async page(path: string, options: PageOptions = {}): Promise<Page> {
    const page = await (await this.#context(options)).newPage();
    await page.goto(this.url + path);
    return page;
  }

  /** A page of a new member of the team who is signed in. */
  async signedIn(path: string, { role, email, ...options }: MemberOptions = {}): Promise<Page> {
    const context = await this.#context(options);
    await this.signIn(context, { role, email });
    const page = await context.newPage();
    await page.goto(this.url + path);
    await page.locator('h1').first().waitFor();
    return page;
  }

  /** Gives a browser the cookies of a new member of the team, or of one who is known. */
  async signIn(context: BrowserContext, { role = 'owner', email: known }: { role?: string | undefined; email?: string | undefined } = {}): Promise<void> {
    const email = known ?? (await joined(this.platform, role)).email;
    const answer = await context.request.post(`${this.url}/api/v1/auth/password`, {
      headers: { origin: this.url },
      data: { email, password: PASSWORD, cookie: true },
    });
    assert.equal(answer.status(), 200, await answer.text());
  }

  /** Nothing that axe finds stands in anybody's way, in the light and in the dark. */
  async isAccessible(page: Page, what = page.url()): Promise<void> {
    for (const theme of THEMES) {
      await useTheme(page, theme);
      assert.deepEqual(await barriers(page), [], `${what}, ${theme}`);
    }
  }

  async #context({ viewport = { width: 1440, height: 900 }, theme = 'light', expected = [] }: PageOptions): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' });
    const keep = (text: string): void => {
      if (!expected.some((pattern) => pattern.test(text))) this.#errors.push(text);
    };
    context.on('console', (message) => {
      if (message.type() === 'error') keep(`${message.text()} ${message.location().url}`);
    });
    context.on('weberror', (error) => keep(String(error.error().stack ?? error.error())));
    this.#started.defer(() => context.close());
    return context;
  }
}

/** As somebody's system has it, once the page has followed. */
export async function useTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' });
}

/** Presses Tab until something is focused that has this name, as somebody without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp, most = 60): Promise<void> {
  const named = (text: string): boolean => (typeof name === 'string' ? text === name : name.test(text));
  const seen: string[] = [];
  for (let index = 0; index < most; index++) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => {
      const element = (globalThis as any).document.activeElement;
      // After the last one the browser's own bar has the focus.
      if (element.matches('body')) return '';
      const labels = [...(element.labels ?? [])].map((label: any) => label.textContent);
      return String(element.getAttribute('aria-label') ?? (labels.join(' ') || element.textContent)).replaceAll(/\s+/g, ' ').trim();
    });
    if (named(text)) return;
    seen.push(text);
  }
  throw new Error(`no way to ${String(name)} by Tab: ${seen.join(' → ')}`);
}

async function load(platform: Platform, demo: DemoOptions): Promise<void> {
  const rows = demoRows({ communities: 2, people: 60, now: Date.now(), ...demo });
  const { tenants: _, ...records } = rows;
  for (const statement of toSql(records as typeof rows, platform.engine)) await platform.sql(statement);
}

/** Builds the app unless it is as new as what it is made of. Before several files need it at once, it is built once. */
export function buildWhenOld(): void {
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', '../api/client.ts', '../api/error.ts'];
  if (newest(join(DIST, 'index.html')) >= Math.max(...sources.map((source) => newest(join(APP, source))))) return;
  const fresh = join(ROOT, 'node_modules/.cache', `command-center-${process.pid}`);
  execFileSync(executable('vite'), ['build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'], { cwd: APP, env: environment(), stdio: ['ignore', 'ignore', 'inherit'] });
  // Whoever else builds at the same time makes the same: the last one stays.
  rmSync(DIST, { recursive: true, force: true });
  try {
    renameSync(fresh, DIST);
  } catch {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
