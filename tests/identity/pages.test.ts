// The pages that people see before they are signed in, in a browser: everybody can use them, in the light and in the dark.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { barriers, startBrowser } from '../support/browser.ts';
import { startPlatform } from '../support/platform.ts';
import { address, joined, mailedTokens } from '../support/team.ts';

// They are the same whatever the engine.
test('pages of letters', async (t) => {
  await using platform = await startPlatform();
  const browser = await startBrowser();
  t.after(() => browser.close());

  /** The token in the link that is sent to a member who asks for one. */
  const asked = async (purpose: 'sign_in' | 'set_password'): Promise<string> => {
    const { email } = await joined(platform, 'agent');
    await platform.api('POST', '/api/v1/auth/link', { email, purpose });
    return (await mailedTokens(platform, email)).at(-1)!;
  };
  const invited = async (): Promise<string> => {
    const email = address();
    await platform.data('POST', '/api/v1/invitations', { email, role: 'agent' });
    return (await mailedTokens(platform, email)).at(-1)!;
  };
  const tooShort = async (page: Page): Promise<void> => {
    await page.locator('input[type=password]').fill('short');
    // The browser's own check would not let it go.
    await page.locator('form').evaluate((form: any) => { form.noValidate = true; });
    await page.getByRole('button').click();
    await page.getByRole('alert').waitFor();
  };
  const setPassword = await asked('set_password');
  const pages: Record<string, { path: string; then?: (page: Page) => Promise<void> }> = {
    'a link to sign in': { path: `/auth/link/${await asked('sign_in')}` },
    'a link to set a password': { path: `/auth/link/${setPassword}` },
    'a password that is too short': { path: `/auth/link/${setPassword}`, then: tooShort },
    'an invitation': { path: `/auth/invitation/${await invited()}` },
    'a link that is over': { path: '/auth/link/none' },
    'an unsubscribe link that is none': { path: '/u/none' },
    'the outbox': { path: '/dev/outbox' },
  };
  for (const [colorScheme, width] of [['light', 1280], ['dark', 360]] as const) {
    await t.test(`nothing stands in anybody's way: ${colorScheme}, ${width} wide`, async () => {
      for (const [what, { path, then }] of Object.entries(pages)) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
        await page.goto(platform.url + path);
        await page.locator('h1').waitFor();
        await then?.(page);
        assert.deepEqual(await barriers(page), [], what);
        await page.close();
      }
    });
  }
});
