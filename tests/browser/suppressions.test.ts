// The addresses that nothing is sent to: seen, added, taken off with a way back.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { startCommandCenter, tabTo } from '../support/command-center.ts';

const NARROW = { width: 390, height: 844 };

test('suppressions', async (t) => {
  const center = await startCommandCenter(t, { demo: false });
  const { platform } = center;
  const listed = async (): Promise<string[]> => (await platform.data<{ address: string }[]>('GET', '/api/v1/suppressions')).map(({ address }) => address);

  await t.test('an address is added by keyboard alone, from a list that is empty', async () => {
    const page = await center.signedIn('/suppressions');
    await page.getByRole('heading', { name: 'Every address can be written to' }).waitFor();
    await center.isAccessible(page, 'an empty list');
    await page.keyboard.press('c');
    await page.getByRole('dialog', { name: 'Stop writing to an address' }).waitFor();
    await center.isAccessible(page, 'the form');
    await page.keyboard.type('no-more@bakery.example');
    await tabTo(page, /^Note/);
    await page.keyboard.type('Asked on the phone.');
    await tabTo(page, 'Stop writing');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /no-more@bakery\.example/ }).waitFor();
    assert.deepEqual(await listed(), ['no-more@bakery.example']);
    await center.isAccessible(page, 'the list');
  });

  await t.test('what is no address is said at its field', async () => {
    const page = await center.signedIn('/suppressions?add=address', { expected: [/status of 422 .*suppressions/] });
    await page.getByLabel('Email address').fill('nobody@nowhere');
    await page.getByLabel('Email address').evaluate((field: any) => { field.form.noValidate = true; });
    await page.getByRole('button', { name: 'Stop writing' }).click();
    await page.locator('input[aria-invalid=true]').waitFor();
    await center.isAccessible(page, 'a form that was refused');
  });

  await t.test('the list is taken away as a file', async () => {
    await platform.data('POST', '/api/v1/suppressions', { address: 'office@bakery.example', note: '=1+1' });
    const page = await center.signedIn('/suppressions');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()]);
    assert.equal(file.suggestedFilename(), 'suppressions.csv');
    const lines = (await readFile(await file.path(), 'utf8')).replace('\u{feff}', '').split('\r\n');
    assert.equal(lines.length, 1 + (await listed()).length);
    assert.match(lines[0]!, /^channel,address,reason,/);
    const office = lines.find((line) => line.startsWith('email,office@bakery.example,manual,'));
    assert.ok(office?.includes(`"'=1+1"`), lines.join('\n'));
  });

  await t.test('it is taken off, and put back', async () => {
    await platform.data('POST', '/api/v1/suppressions', { address: 'front-desk@harbor.example', note: 'By letter.' });
    const page = await center.signedIn('/suppressions?address=front-desk@harbor.example', { viewport: NARROW });
    await page.getByRole('dialog', { name: 'front-desk@harbor.example' }).waitFor();
    await center.isAccessible(page, 'an address');
    await page.getByRole('button', { name: 'Take off the list' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    assert.ok(!(await listed()).includes('front-desk@harbor.example'));
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('row', { name: /front-desk@harbor\.example/ }).waitFor();
    const [back] = (await platform.data<{ address: string; note: string }[]>('GET', '/api/v1/suppressions')).filter(({ address }) => address.startsWith('front-desk'));
    assert.equal(back?.note, 'By letter.');
  });

  await t.test('what the recipient decided cannot be taken back', async () => {
    await platform.sql(
      "INSERT INTO suppressions (tenant_id, channel, address, reason, created_at) VALUES (?1, 'email', 'spam@inbox.example', 'complained', 0)",
      platform.tenantId,
    );
    const page = await center.signedIn('/suppressions?address=spam@inbox.example');
    await page.getByText('The recipient reported a message as spam.', { exact: false }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Take off the list' }).count(), 0);
  });

  await t.test('whoever may only look is offered nothing else', async () => {
    const page = await center.signedIn('/suppressions', { role: 'viewer' });
    await page.getByRole('row', { name: /no-more@bakery\.example/ }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Add an address' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: /^Actions for/ }).count(), 0);
  });
});
