// The reference page and the contract behind it: what they weigh, what they let run, and that they can be used.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import type { Page } from 'playwright-core';

import { barriers, startBrowser } from '../support/browser.ts';
import { ROOT } from '../support/paths.ts';
import { engines, startPlatform } from '../support/platform.ts';
import { readContract } from './support/contract.ts';

for (const engine of engines) {
  test(`${engine}: the contract and its page are served to anybody, once`, async () => {
    await using platform = await startPlatform({ engine, vars: { ENVIRONMENT: 'production' } });
    for (const [path, kind] of [['/api/v1/openapi.json', 'application/json'], ['/docs', 'text/html; charset=utf-8']] as const) {
      const first = await platform.fetch(path);
      assert.deepEqual([first.status, first.headers.get('content-type'), first.headers.get('cache-control')], [200, kind, 'public, max-age=300']);
      const text = await first.text();
      const etag = first.headers.get('etag')!;
      const again = await platform.fetch(path, { headers: { 'if-none-match': etag } });
      assert.deepEqual([again.status, await again.text(), again.headers.get('etag')], [304, '', etag]);
      assert.equal((await platform.fetch(path, { headers: { 'if-none-match': '"another"' } })).status, 200);
      if (path === '/docs') assert.ok(gzipSync(text, { level: 9 }).length < 12_000, 'the page is part of the Worker');
    }
  });
}

test('docs/api.md explains every error code of the contract', () => {
  const codes = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { code } = value as { code?: { enum?: string[] } };
    for (const name of code?.enum ?? []) codes.add(name);
    Object.values(value).forEach(look);
  };
  look(JSON.parse(readFileSync(join(ROOT, 'pages/api/openapi.json'), 'utf8')));
  assert.ok(codes.size > 20);
  const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8');
  assert.deepEqual([...codes].filter((code) => !page.includes(`\`${code}\``)), []);
});

// The page is the same whatever the engine.
test('the reference page', async (t) => {
  await using platform = await startPlatform();
  const { operations } = await readContract(platform);
  const browser = await startBrowser();
  t.after(() => browser.close());
  const open = async (address: string, viewport = { width: 1280, height: 800 }, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => {
    const page = await browser.newPage({ viewport, colorScheme });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('close', () => assert.deepEqual(complaints, []));
    page.on('request', (request) => assert.ok(request.url().startsWith(platform.url) || request.url().startsWith('data:'), request.url()));
    await page.goto(platform.url + address);
    await page.locator('h1').waitFor();
    return page;
  };

  await t.test('shows every operation, with its errors and how it is called', async () => {
    const page = await open('/docs');
    assert.equal(await page.locator('nav li a').count(), operations.length);
    for (const operation of operations) {
      await page.evaluate((id) => { (globalThis as any).location.hash = id; }, operation.id);
      await page.locator(`nav a[href="#${operation.id}"][aria-current]`).waitFor({ state: 'attached' });
      const text = await page.locator('main').innerText();
      for (const shown of [operation.path, operation.permission ?? '', 'curl', 'internal_error', ...operation.parameters.map(({ name }) => name)]) {
        assert.ok(text.includes(shown), `${operation.id} does not show ${shown}`);
      }
      assert.doesNotMatch(text, /undefined|\[object |NaN/, operation.id);
    }
    await page.close();
  });

  await t.test('a link leads to an operation', async () => {
    const page = await open('/docs#createTag');
    assert.equal(await page.locator('h1').innerText(), 'Create a tag');
    assert.match(await page.title(), /^Create a tag/);
    await page.close();
  });

  await t.test('works with the keyboard alone', async () => {
    const page = await open('/docs');
    await page.keyboard.press('/');
    await page.keyboard.type('tags create');
    assert.deepEqual(await page.locator('nav li:visible').allInnerTexts().then((all) => all.map((text) => text.replace(/\s+/g, ' '))), ['POST Create a tag']);
    assert.equal(await page.locator('#found').innerText(), `1 of ${operations.length} operations`);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Create a tag' }).waitFor();
    assert.equal(await page.evaluate(() => (globalThis as any).document.activeElement.tagName), 'H1');
    await page.close();
  });

  await t.test('unfolds what a body has in it', async () => {
    const page = await open('/docs#createSequence');
    await page.getByText('Fields', { exact: true }).nth(1).click();
    await page.getByText('template_id', { exact: true }).first().waitFor();
    await page.close();
  });

  await t.test('fits a phone', async () => {
    const page = await open('/docs#enrol', { width: 360, height: 740 });
    assert.ok(await page.evaluate(() => (globalThis as any).document.documentElement.scrollWidth <= 360));
    assert.equal(await page.locator('nav').isVisible(), false);
    await page.getByRole('button', { name: 'Operations' }).click();
    await page.getByRole('link', { name: 'Create a tag' }).click();
    await page.getByRole('heading', { level: 1, name: 'Create a tag' }).waitFor();
    assert.equal(await page.locator('nav').isVisible(), false);
    await page.close();
  });

  for (const [colorScheme, width] of [['light', 360], ['dark', 1280]] as const) {
    await t.test(`nothing stands in anybody's way: ${colorScheme}, ${width} wide`, async () => {
      // The beginning, a long body with lists in it, an export, and a list with filters.
      for (const hash of ['', '#createSequence', '#exportAuditLog', '#listBusinesses']) {
        const page = await open(`/docs${hash}`, { width, height: 800 }, colorScheme);
        await unfold(page);
        assert.deepEqual(await barriers(page), [], hash);
        await page.close();
      }
      const page = await open('/docs#createTag', { width, height: 740 }, colorScheme);
      if (width < 1000) await page.getByRole('button', { name: 'Operations' }).click();
      await page.locator('#filter').fill('tag');
      assert.deepEqual(await barriers(page), [], 'found');
      await page.locator('#filter').fill('nothing is found');
      assert.deepEqual(await barriers(page), [], 'nothing found');
      await page.close();
    });
  }
});

/** Opens what can be unfolded, and what can be in that, three deep: a record can show others, and they it, without an end. */
async function unfold(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const closed = [...(globalThis as any).document.querySelectorAll('main details:not([open])')].filter((details) => !details.matches('details details details details'));
    for (const details of closed) details.open = true;
    return closed.length === 0;
  });
}
