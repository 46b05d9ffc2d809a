import assert from 'node:assert/strict';
import { test } from 'node:test';

import { barriers, startBrowser } from './browser.ts';

test('what stands in somebody\'s way is found', async (t) => {
  const browser = await startBrowser();
  t.after(() => browser.close());
  const found = async (body: string, colorScheme: 'light' | 'dark' = 'light'): Promise<string[]> => {
    const page = await browser.newPage({ colorScheme });
    const style = 'main { background: #fff; color: #222 } @media (prefers-color-scheme: dark) { main { background: #333 } }';
    // As strict as the pages' own policies.
    const policy = `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
    await page.setContent(`<!doctype html><html lang="en"><head>${policy}<title>Page</title><style>${style}</style></head><body><main><h1>Page</h1>${body}</main></body></html>`);
    const rules = (await barriers(page)).map((one) => one.split(':')[0]!);
    await page.close();
    return [...new Set(rules)];
  };
  assert.deepEqual(await found('<p>Text</p>'), []);
  assert.deepEqual(await found('<input><button></button>'), ['button-name', 'label']);
  assert.deepEqual(await found('<p>Text</p>', 'dark'), ['color-contrast']);
});
