// Duplicates and merges in the Command Center: found, compared, merged, and made two again.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter } from '../support/command-center.ts';
import { until } from '../support/wait.ts';

const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

test('duplicates and merges', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const [community] = await platform.data('GET', '/api/v1/communities?limit=1');
  const make = (name: string, more: object = {}) => platform.data('POST', '/api/v1/businesses', { name, community_id: community.id, ...more });
  const read = (id: string) => platform.data('GET', `/api/v1/businesses/${id}`);
  const found = (what = 'businesses') =>
    until(
      async () => {
        await platform.cron();
        return (await platform.data('GET', `/api/v1/duplicates?what=${what}`)).length > 0;
      },
      { what: 'the pair is found' },
    );

  await t.test('a pair is compared, merged, and taken back from the message and from the history', async () => {
    const kept = await make('Corner Bakery', { phone: '+1 312 555 0150' });
    const other = await make('Corner Bakery Inc', { phone: '+1 312 555 0150', website: 'https://corner.example', description: 'Bread since 1950.' });
    await found();
    const page = await center.signedIn('/duplicates', { expected: [/status of 404/] });
    const pair = page.getByRole('article').filter({ hasText: 'Corner Bakery Inc' });
    await pair.waitFor();
    await center.isAccessible(page, 'duplicates');
    await pair.getByRole('link', { name: 'Compare and merge' }).click();
    await page.getByRole('heading', { level: 1, name: 'Merge two businesses' }).waitFor();
    await page.getByText('Bread since 1950.').waitFor();
    await center.isAccessible(page, 'the comparison');
    // The name of the other one, by keyboard.
    await page.getByRole('radio', { name: 'Name: of the record that is kept' }).focus();
    await page.keyboard.press('ArrowRight');
    await until(() => page.getByRole('radio', { name: 'Name: of the other record' }).isChecked(), { what: 'the choice is shown' });
    const merge = page.getByRole('button', { name: 'Merge', exact: true });
    await until(() => merge.isEnabled(), { what: 'the preview is there' });
    await merge.click();
    await page.getByRole('heading', { level: 1, name: 'Corner Bakery Inc' }).waitFor();
    assert.equal((await read(kept.id)).website, 'https://corner.example');

    await toast(page, 'Merged into one').getByRole('button', { name: 'Undo' }).click();
    await toast(page, 'Both records are back').waitFor();
    assert.equal((await read(kept.id)).name, 'Corner Bakery');
    assert.equal((await read(other.id)).name, 'Corner Bakery Inc');

    await platform.data('POST', `/api/v1/businesses/${kept.id}/merge`, { other_id: other.id });
    await page.goto(`${center.url}/businesses/${other.id}`);
    await toast(page, 'It was merged').waitFor();
    assert.equal(new URL(page.url()).pathname, `/businesses/${kept.id}`);
    await page.goto(`${center.url}/duplicates?what=history`);
    await page.getByRole('button', { name: 'Undo' }).first().waitFor();
    await center.isAccessible(page, 'the history');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await toast(page, 'Both records are back').waitFor();
    assert.equal((await read(other.id)).name, 'Corner Bakery Inc');
  });

  await t.test('a pair that is none is dismissed, and comes back', async () => {
    await make('Twin Salon', { email: 'twin@salon.example' });
    await make('Twin Barber', { email: 'twin@salon.example' });
    await until(
      async () => {
        await platform.cron();
        return JSON.stringify(await platform.data('GET', '/api/v1/duplicates')).includes('Twin Barber');
      },
      { what: 'the pair is found' },
    );
    const page = await center.signedIn('/duplicates', { viewport: { width: 390, height: 844 } });
    const pair = page.getByRole('article').filter({ hasText: 'Twin Barber' });
    await pair.getByRole('button', { name: 'Not the same' }).click();
    await pair.waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: /said not to be the same/ }).click();
    await pair.getByText(/said they are not the same/).waitFor();
    await center.isAccessible(page, 'dismissed pairs');
    await pair.getByRole('button', { name: 'Maybe they are the same' }).click();
    await pair.waitFor({ state: 'detached' });
  });

  await t.test('two people become one from their page', async () => {
    const business = await make('Two of Them Garage');
    const one = await platform.data('POST', '/api/v1/people', { business_id: business.id, first_name: 'Rita', last_name: 'Moss', email: 'rita@moss.example', phone: '+1 312 555 0177' });
    const two = await platform.data('POST', '/api/v1/people', { business_id: business.id, first_name: 'Rita', last_name: 'Moss', phone: '+1 312 555 0177', do_not_call: true });
    await found('people');
    const page = await center.signedIn(`/people/${one.id}?tab=duplicates`);
    await page.getByRole('link', { name: 'Compare and merge' }).click();
    await page.getByRole('heading', { level: 1, name: 'Merge two people' }).waitFor();
    await page.getByText('The wish of either holds').first().waitFor();
    await center.isAccessible(page, 'comparing people');
    const merge = page.getByRole('button', { name: 'Merge', exact: true });
    await until(() => merge.isEnabled(), { what: 'the preview is there' });
    await merge.click();
    await page.getByRole('heading', { level: 1, name: 'Rita Moss' }).waitFor();
    const person = await platform.data('GET', `/api/v1/people/${one.id}`);
    assert.equal(person.do_not_call, true);
    assert.equal((await platform.api('GET', `/api/v1/people/${two.id}`)).status, 404);
  });
});
