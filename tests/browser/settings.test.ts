// The settings: who one is, who else is here and what they may do, keys, networks, the audit log, switches and rules.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter, tabTo } from '../support/command-center.ts';
import { PASSWORD, address } from '../support/team.ts';

const NARROW = { width: 390, height: 844 };

test('settings', async (t) => {
  const center = await startCommandCenter(t, { demo: false });
  const toast = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
  const PAGES = ['account', 'organization', 'locations', 'team', 'roles', 'api-keys', 'ip-allow-list', 'audit-log', 'services', 'scoring', 'feature-flags'];

  await t.test('every page can be used by everybody, on a desk and on a phone', async () => {
    for (const viewport of [undefined, NARROW]) {
      const page = await center.signedIn('/settings', viewport ? { viewport } : {});
      for (const path of PAGES) {
        await page.goto(`${center.url}/settings/${path}`);
        await page.locator('h1').waitFor();
        await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
        await center.isAccessible(page);
        assert.equal(await page.evaluate(() => (globalThis as any).document.documentElement.scrollWidth > (globalThis as any).innerWidth), false, `${path} is not wider than the screen`);
      }
    }
  });

  await t.test('one sees only what one may', async () => {
    const page = await center.signedIn('/settings', { role: 'viewer' });
    const navigation = page.getByRole('navigation', { name: 'Settings' });
    const seen = (await navigation.getByRole('link').allTextContents()).map((text) => text.trim());
    assert.deepEqual(seen, ['My account', 'Organization', 'Locations', 'Services', 'Scoring rules']);
    await page.goto(`${center.url}/settings/locations`);
    await page.getByText('No locations').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Add location' }).count(), 0);
  });

  await t.test('a password is changed, and a wrong one signs nobody out', async () => {
    const page = await center.signedIn('/settings/account', { expected: [/status of 401 .*\/me\/password/] });
    await page.getByLabel('Current password').fill('something else entirely');
    await page.getByLabel('New password').fill('another correct horse');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('This is not your password.').waitFor();
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await toast(page, 'Password changed');
  });

  await t.test('somebody is invited by keyboard alone, and the invitation taken back', async () => {
    const page = await center.signedIn('/settings/team');
    const email = address();
    await tabTo(page, 'Invite');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await center.isAccessible(page, 'the invitation');
    await page.getByLabel('Email').focus();
    await page.keyboard.type(email);
    await page.keyboard.press('Enter');
    await toast(page, `${email} is invited`);
    await page.getByRole('button', { name: `Actions for the invitation of ${email}` }).click();
    await page.getByRole('menuitem', { name: 'Take back' }).click();
    await toast(page, `Invitation of ${email} taken back`);
  });

  await t.test('a role is made and compared', async () => {
    const page = await center.signedIn('/settings/roles');
    await page.getByRole('link', { name: 'New role' }).click();
    await page.getByLabel('Name').fill('Readers');
    await page.getByText('activities:read').waitFor();
    await page.getByRole('button', { name: 'Add all that read' }).click();
    await page.getByRole('button', { name: 'Make role' }).click();
    await toast(page, 'Readers made');
    await page.getByRole('tab', { name: 'Compare' }).click();
    await page.getByRole('columnheader', { name: 'Readers' }).waitFor();
    await center.isAccessible(page, 'roles beside each other');
  });

  await t.test('a key is shown once, and not closed by a slip', async () => {
    const page = await center.signedIn('/settings/api-keys?key=new');
    await page.getByLabel('What it is for').fill('Contact form');
    await page.getByRole('checkbox', { name: 'See tags' }).click();
    await page.getByRole('button', { name: 'Make key' }).click();
    await page.getByText('Keep it now: it cannot be shown again.').waitFor();
    const key = await page.locator('code').first().textContent();
    assert.match(key ?? '', /^\S{20,}$/);
    await page.keyboard.press('Escape');
    await page.getByText('You have not copied it, and it cannot be shown again.').waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    const answer = await center.platform.fetch('/api/v1/tags', { headers: { authorization: `Bearer ${key}` } });
    assert.equal(answer.status, 200);
    await page.getByRole('button', { name: 'Actions for Contact form' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await toast(page, 'Contact form is revoked');
  });

  await t.test('nobody shuts themselves out', async () => {
    const page = await center.signedIn('/settings/ip-allow-list?add=range', { expected: [/status of 409 .*\/ip-allow-list/] });
    await page.getByRole('textbox', { name: 'Range' }).fill('198.51.100.0/24');
    await page.getByText('You would shut yourself out').waitFor();
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByText('You would shut yourself out').waitFor();
    assert.deepEqual(await center.platform.data('GET', '/api/v1/ip-allow-list'), []);
  });

  await t.test('a switch is asked for when it holds back everybody, and taken back', async () => {
    const page = await center.signedIn('/settings/feature-flags');
    const sending = page.getByRole('switch', { name: 'sending' });
    await sending.click();
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await toast(page, 'Sending is on');
    await page.getByRole('switch', { name: 'sending', checked: true }).waitFor();
  });

  await t.test('rules are changed together', async () => {
    const page = await center.signedIn('/settings/scoring');
    await page.getByLabel('Lead, to begin with').fill('12');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Save rules' }).click();
    await toast(page, 'Rules saved as version 1');
    assert.equal((await center.platform.data('GET', '/api/v1/scoring-rules')).lead.base, 12);
  });

  await t.test('the audit log is filtered, verified and taken away', async () => {
    const page = await center.signedIn('/settings/audit-log?outcome=success&action=createApiKey');
    await page.getByRole('row').nth(1).click();
    await page.getByRole('dialog').getByText('createApiKey').waitFor();
    await center.isAccessible(page, 'an entry');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Verify' }).click();
    await page.getByText('Nothing was changed', { exact: true }).waitFor();
    await center.isAccessible(page, 'what was found');
    await page.keyboard.press('Escape');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()]);
    assert.equal(download.suggestedFilename(), 'audit-log.csv');
  });
});
