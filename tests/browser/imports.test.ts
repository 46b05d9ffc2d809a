// A file of businesses from the drop to the refused rows, and a list as a file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { startCommandCenter } from '../support/command-center.ts';

const FILE = ['Company,Mail,Zip,Stage', ...Array.from({ length: 40 }, (_, index) => `Fair shop ${index},shop${index}@fair.example,33755,${index === 7 ? 'nonsense' : 'lead'}`)].join('\n');

test('imports and exports', async (t) => {
  const center = await startCommandCenter(t);
  const community = await center.platform.data('POST', '/api/v1/communities', { name: 'Fairground', state: 'FL', timezone: 'America/New_York' });

  await t.test('a file is mapped, tried and taken in', async () => {
    const page = await center.signedIn('/imports', { expected: [/status of 422 .*\/mapping/] });
    await page.getByText('No imports yet').waitFor();
    await center.isAccessible(page);
    await page.getByRole('link', { name: 'Import a file' }).first().click();
    await page.locator('input[type=file]').setInputFiles({ name: 'fair.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) });
    await center.isAccessible(page, 'a file is chosen');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Columns' }).waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Field for Company' }).inputValue(), 'Name');
    await page.getByRole('button', { name: 'Add a default' }).click();
    await page.getByRole('combobox', { name: 'Field of default 1' }).fill('commu');
    await page.getByRole('option', { name: 'Community' }).click();
    await page.getByRole('textbox', { name: 'Value of default 1' }).fill('Nowhere');
    await page.getByText('It must be the id, slug or name of an existing community.').waitFor();
    await center.isAccessible(page, 'a default that is none');
    await page.getByRole('textbox', { name: 'Value of default 1' }).fill(community.name);
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('heading', { name: 'What it would do' }).waitFor();
    await page.getByRole('cell', { name: '9', exact: true }).waitFor();
    await center.isAccessible(page, 'what it would do');
    await page.getByRole('button', { name: 'Start import' }).click();
    await page.getByRole('heading', { name: 'What it did' }).waitFor();
    await center.isAccessible(page, 'what it did');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download refused rows' }).click()]);
    assert.match(readFileSync(await download.path(), 'utf8'), /Fair shop 7,.*lead_status/);
    const [done] = await center.platform.data('GET', '/api/v1/imports');
    assert.deepEqual([done.status, done.created, done.refused], ['done', 39, 1]);
  });

  await t.test('a list is exported, and its file comes by its link', async () => {
    const page = await center.signedIn('/exports?new=list');
    await page.getByRole('dialog').waitFor();
    await center.isAccessible(page, 'which list');
    await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('button', { name: /^Download/ }).waitFor();
    await center.isAccessible(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Download/ }).click()]);
    assert.match(readFileSync(await download.path(), 'utf8'), /Fair shop 0/);
  });

  await t.test('whoever may not import sees no way to it', async () => {
    const page = await center.signedIn('/imports/new', { role: 'viewer' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await page.locator('input[type=file]').count(), 0);
  });
});
