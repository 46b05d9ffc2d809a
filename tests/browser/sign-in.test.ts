// Signing in to the Command Center: by password, by a link, by an invitation, with the mouse and with the keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter, tabTo } from '../support/command-center.ts';
import { PASSWORD, address, joined, mailedTokens } from '../support/team.ts';
import { until } from '../support/wait.ts';

// Whoever is not signed in is told so by the API, and the browser writes down each answer like that.
const expected = [/status of 401 .*\/api\/v1\/(me|auth\/refresh|auth\/password|auth\/link\/redeem)/, /status of 4(00|22) .*\/api\/v1\/auth\//];
const NARROW = { width: 390, height: 844 };

test('signing in', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

  await t.test('with a password by keyboard alone, back to where one was going', async () => {
    const { email } = await joined(platform, 'owner');
    const page = await center.page('/people?role=owner', { expected });
    await heading(page, 'Sign in').waitFor();
    await center.isAccessible(page, 'sign in');
    await tabTo(page, 'Use a password');
    await page.keyboard.press('Enter');
    await tabTo(page, /^Email address/);
    await page.keyboard.type(email);
    await tabTo(page, /^Password/);
    await page.keyboard.type('a wrong password');
    await page.keyboard.press('Enter');
    await page.getByText('The email address or the password is wrong', { exact: true }).waitFor();
    await center.isAccessible(page, 'a wrong password');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await heading(page, 'People').waitFor();
    assert.equal(new URL(page.url()).search, '?role=owner');
  });

  await t.test('with a link by mail, on a phone', async () => {
    const { email } = await joined(platform, 'owner');
    const before = (await mailedTokens(platform, email)).length;
    const page = await center.page('/sign-in', { viewport: NARROW, expected });
    await page.getByLabel('Email address').fill(email);
    await page.getByRole('button', { name: 'Email me a link' }).click();
    await heading(page, 'Look into your mail').waitFor();
    await center.isAccessible(page, 'a link was sent');
    const token = await until(async () => (await mailedTokens(platform, email))[before], { what: 'the link is in the mail' });
    await page.goto(`${center.url}/auth/link/${token}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Menu' }).waitFor();
    // It works once.
    const again = await center.page(`/auth/link/${token}`, { expected });
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.getByRole('alert').waitFor();
    await center.isAccessible(again, 'a link that is over');
  });

  await t.test('a forgotten password is chosen anew', async () => {
    const { email } = await joined(platform, 'owner');
    const before = (await mailedTokens(platform, email)).length;
    const page = await center.page('/sign-in', { expected });
    await page.getByLabel('Email address').fill(email);
    await page.getByRole('button', { name: 'Use a password' }).click();
    await page.getByRole('button', { name: 'Choose a new password' }).click();
    await heading(page, 'Look into your mail').waitFor();
    const token = await until(async () => (await mailedTokens(platform, email))[before], { what: 'the link is in the mail' });
    await page.goto(`${center.url}/auth/link/${token}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('New password').fill('another horse battery');
    await center.isAccessible(page, 'a new password');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });

  await t.test('by an invitation, and out again', async () => {
    const email = address();
    await platform.data('POST', '/api/v1/invitations', { email, role: 'owner' });
    const token = (await mailedTokens(platform, email)).at(-1)!;
    const page = await center.page(`/auth/invitation/${token}`, { expected });
    await heading(page, 'Accept the invitation').waitFor();
    await page.getByLabel('Your name').fill('Dana Whitfield');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Accept and sign in' }).click();
    await page.getByText('at least 12', { exact: false }).first().waitFor();
    await center.isAccessible(page, 'an invitation');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Accept and sign in' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('button', { name: /Dana Whitfield/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await heading(page, 'Sign in').waitFor();
    await page.goto(`${center.url}/people`);
    await heading(page, 'Sign in').waitFor();
  });
});
