// What people come for, from its first click to its end.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter, tabTo } from '../support/command-center.ts';
import { PASSWORD, address, mailedTokens } from '../support/team.ts';
import { until } from '../support/wait.ts';

const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

test('5,000 businesses are imported, watched while they come in, and found', async (t) => {
  const center = await startCommandCenter(t, { demo: false });
  const { platform } = center;
  await platform.data('POST', '/api/v1/communities', { name: 'Fairground', state: 'FL', timezone: 'America/New_York' });
  const rows = Array.from({ length: 5_000 }, (_, index) => `Fair Shop No. ${index},shop${index}@fair.example,33755,Robin,robin${index}@fair.example`);
  const file = Buffer.from(['Company,Email,Zip,Contact First Name,Contact Email', ...rows].join('\n'));

  const page = await center.signedIn('/businesses');
  await page.getByText('No businesses yet').waitFor();
  await page.getByRole('link', { name: 'Import a file' }).click();
  await page.getByText('No imports yet').waitFor();
  await page.getByRole('link', { name: 'Import a file' }).first().click();
  await page.locator('input[type=file]').setInputFiles({ name: 'fair.csv', mimeType: 'text/csv', buffer: file });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Columns' }).waitFor();
  await page.getByRole('button', { name: 'Add a default' }).click();
  await page.getByRole('combobox', { name: 'Field of default 1' }).fill('commu');
  await page.getByRole('option', { name: 'Community' }).click();
  await page.getByRole('textbox', { name: 'Value of default 1' }).fill('Fairground');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByRole('heading', { name: 'What it would do' }).waitFor();
  await page.getByText('5,000', { exact: true }).first().waitFor();
  // From here on by keyboard alone; nothing is loaded anew while it runs.
  await tabTo(page, 'Start import');
  await page.keyboard.press('Enter');
  await page.getByRole('progressbar').first().waitFor();
  await page.getByRole('heading', { name: 'What it did' }).waitFor({ timeout: 60_000 });
  await center.isAccessible(page, 'what it did');
  const [done] = await platform.data('GET', '/api/v1/imports');
  assert.deepEqual([done.status, done.created, done.refused], ['done', 5_000, 0]);

  // The index follows in the minutes after an import.
  const indexed = async () => {
    await platform.cron();
    return (await platform.data('GET', '/api/v1/businesses?filter[q]=Fair%20Shop%20No.%204321')).length > 0;
  };
  await until(indexed, { what: 'it is found', timeout: 60_000 });
  await page.goto(`${center.url}/businesses`);
  await page.getByRole('row').nth(2).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('Fair Shop No. 4321');
  await page.getByRole('row', { name: /Fair Shop No\. 4321/ }).waitFor();
});

test('a business is found, merged with its double, and made two again', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const [community] = await platform.data('GET', '/api/v1/communities?limit=1');
  const make = (name: string, more: object) => platform.data('POST', '/api/v1/businesses', { name, community_id: community.id, phone: '+1 312 555 0150', ...more });
  const kept = await make('Quayside Chandlery', { description: 'Rope and tar.' });
  const other = await make('Quayside Chandlery Inc', { website: 'https://quayside.example' });
  await until(
    async () => {
      await platform.cron();
      return (await platform.data('GET', '/api/v1/duplicates?what=businesses')).length > 0;
    },
    { what: 'the pair is found' },
  );

  const page = await center.signedIn('/', { expected: [/status of 404/] });
  await page.keyboard.press('Control+k');
  await page.getByLabel('Search, or type a command').fill('quaysid');
  await page.getByRole('option', { name: /Quayside Chandlery/ }).filter({ hasNotText: 'Inc' }).first().waitFor();
  await center.isAccessible(page, 'the palette');
  await page.getByRole('option', { name: /Quayside Chandlery/ }).filter({ hasNotText: 'Inc' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Quayside Chandlery' }).waitFor();
  await page.getByRole('tab', { name: /Duplicates/ }).click();
  await page.getByRole('link', { name: 'Compare and merge' }).click();
  await page.getByText('Rope and tar.').waitFor();
  const merge = page.getByRole('button', { name: 'Merge', exact: true });
  await until(() => merge.isEnabled(), { what: 'the preview is there' });
  await merge.click();
  await toast(page, 'Merged into one').waitFor();
  assert.equal((await platform.api('GET', `/api/v1/businesses/${other.id}`)).status, 404);
  assert.equal((await platform.data('GET', `/api/v1/businesses/${kept.id}`)).website, 'https://quayside.example');

  await toast(page, 'Merged into one').getByRole('button', { name: 'Undo' }).click();
  await toast(page, 'Both records are back').waitFor();
  assert.equal((await platform.data('GET', `/api/v1/businesses/${kept.id}`)).website, null);
  assert.equal((await platform.data('GET', `/api/v1/businesses/${other.id}`)).name, 'Quayside Chandlery Inc');
});

test('a colleague is invited with a limited role, and sees no more than that', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const email = address();
  await platform.data('POST', '/api/v1/roles', { name: 'Front desk', permissions: ['people:read', 'businesses:read', 'tasks:read'] });
  const owner = await center.signedIn('/settings/team');
  await owner.getByRole('button', { name: 'Invite' }).first().click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByLabel('Email').fill(email);
  await dialog.getByRole('combobox', { name: 'Role' }).click();
  await owner.getByRole('option', { name: 'Front desk' }).click();
  await owner.keyboard.press('Tab');
  await dialog.getByRole('button', { name: /^(Invite|Send)/ }).click();
  await dialog.waitFor({ state: 'detached' });

  const token = await until(async () => (await mailedTokens(platform, email)).at(-1), { what: 'the invitation is in the mail' });
  const page = await center.page(`/auth/invitation/${token}`, { expected: [/status of 401/] });
  await page.getByLabel('Your name').fill('Robin Reed');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Accept and sign in' }).click();
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await pages.waitFor();
  const seen = (await pages.getByRole('link').allTextContents()).map((text) => text.trim());
  for (const name of ['People', 'Businesses', 'Tasks']) assert.ok(seen.some((text) => text.startsWith(name)), `${name} in ${seen.join(', ')}`);
  for (const name of ['Sequences', 'Templates', 'Imports', 'Outbox', 'Dead letters']) assert.ok(!seen.some((text) => text.startsWith(name)), `${name} in ${seen.join(', ')}`);
  await center.isAccessible(page, 'the first page of a limited role');

  await page.goto(`${center.url}/businesses`);
  await page.getByRole('row').nth(2).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add business' }).count(), 0);
  await page.goto(`${center.url}/sequences`);
  await page.getByText('You do not have access to this page').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByLabel('Search, or type a command').fill('sequences');
  await page.getByText(/Nothing/).waitFor();
  // What is hidden is refused as well.
  assert.equal((await page.context().request.get(`${center.url}/api/v1/sequences`)).status(), 403);
});
