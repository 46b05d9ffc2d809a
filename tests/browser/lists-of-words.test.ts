// Tags and industries in the Command Center.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter } from '../support/command-center.ts';

const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

test('tags and industries', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;

  await t.test('a tag is added, changed and deleted', async () => {
    const page = await center.signedIn('/tags');
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByLabel('Name').fill('Open late');
    await page.getByRole('radio', { name: 'Violet' }).check({ force: true });
    await center.isAccessible(page, 'a new tag');
    await page.keyboard.press('Enter');
    await toast(page, 'Open late added').waitFor();
    const find = async () => (await platform.data('GET', '/api/v1/tags?limit=500')).find((tag: any) => tag.name.startsWith('Open'));
    assert.equal((await find()).color, '#7C3AED');
    await page.getByRole('button', { name: 'Actions for Open late' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByLabel('Name').fill('Open all night');
    await page.getByRole('button', { name: 'Save' }).click();
    await toast(page, 'Open all night changed').waitFor();
    await page.getByRole('button', { name: 'Actions for Open all night' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await center.isAccessible(page, 'asking before it is deleted');
    await page.getByRole('button', { name: 'Delete tag' }).click();
    await toast(page, 'Open all night deleted').waitFor();
    assert.equal(await find(), undefined);
    await center.isAccessible(page, 'tags');
  });

  await t.test('a name that is taken is refused where it was typed', async () => {
    const [first] = await platform.data('GET', '/api/v1/tags?limit=1');
    const page = await center.signedIn('/tags?tag=new', { expected: [/409|422/] });
    await page.getByLabel('Name').fill(first.name);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await center.isAccessible(page, 'refused');
  });

  await t.test('an industry gets its words', async () => {
    const page = await center.signedIn('/industries', { viewport: { width: 390, height: 844 } });
    await page.getByRole('button', { name: 'Add industry' }).click();
    await page.getByLabel('Name').fill('Bookshops');
    await page.getByLabel('Services').fill('Readings\n\nOrders');
    await page.getByRole('button', { name: 'Add word' }).click();
    await page.getByLabel('Our word 1').fill('customer');
    await page.getByLabel('Their word for customer').fill('reader');
    await center.isAccessible(page, 'a new industry');
    await page.getByRole('button', { name: 'Add industry' }).last().click();
    await toast(page, 'Bookshops added').waitFor();
    const added = (await platform.data('GET', '/api/v1/industries?limit=500')).find((one: any) => one.name === 'Bookshops');
    assert.deepEqual([added.common_services, added.terminology], [['Readings', 'Orders'], { customer: 'reader' }]);
    await center.isAccessible(page, 'industries');
  });
});
