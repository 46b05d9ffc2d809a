// People in the Command Center: the list, one beside it, and their page.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter } from '../support/command-center.ts';
import { until } from '../support/wait.ts';

const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

test('people', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const [community] = await platform.data('GET', '/api/v1/communities?limit=1');
  const business = await platform.data('POST', '/api/v1/businesses', { name: 'Bluebird Diner', community_id: community.id });
  const make = (first_name: string, more: object = {}) => platform.data('POST', '/api/v1/people', { business_id: business.id, first_name, ...more });
  const read = (id: string) => platform.data('GET', `/api/v1/people/${id}`);

  await t.test('somebody is looked at beside the list, and says what they do not want', async () => {
    const { id } = await make('Quentin', { last_name: 'Quill', email: 'quentin@bluebird.example' });
    const page = await center.signedIn('/people?q=quentin');
    await page.getByText('1 row', { exact: true }).waitFor();
    await center.isAccessible(page, 'the list');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Quentin Quill' });
    await drawer.getByText('Campaigns write to this address.').waitFor();
    await center.isAccessible(page, 'beside the list');
    await drawer.getByRole('checkbox', { name: 'Asked for no email' }).click();
    await drawer.getByText('Asked for no email. No campaign writes to them.').waitFor();
    await until(async () => (await read(id)).do_not_email, { what: 'the wish is saved' });
    await drawer.getByRole('button', { name: 'Edit Title: Add' }).click();
    await page.keyboard.type('Cook');
    await page.keyboard.press('Enter');
    await until(async () => (await read(id)).title === 'Cook', { what: 'the title is saved' });
    await page.goBack();
    await drawer.waitFor({ state: 'detached' });
  });

  await t.test('somebody is added and has a page of their own', async () => {
    const page = await center.signedIn('/people', { viewport: { width: 390, height: 844 } });
    await page.getByRole('button', { name: 'Add person' }).click();
    await page.getByRole('dialog', { name: 'Add person' }).waitFor();
    await page.getByRole('combobox', { name: 'Business' }).fill('Bluebird');
    await page.getByRole('option', { name: /Bluebird Diner/ }).click();
    await page.getByLabel(/^First name/).fill('Wanda');
    await page.getByLabel(/^Email/).fill('wanda@bluebird.example');
    await center.isAccessible(page, 'adding somebody');
    await page.getByRole('button', { name: 'Add person' }).last().click();
    await toast(page, 'Wanda added').waitFor();
    const [wanda] = await platform.data('GET', '/api/v1/people?filter[email]=wanda@bluebird.example');
    await page.goto(`${center.url}/people/${wanda.id}`);
    await page.getByRole('heading', { name: 'How to reach them' }).waitFor();
    await center.isAccessible(page, 'their page');
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByText('Nothing has happened yet').waitFor();
    await page.getByRole('tab', { name: 'Notes' }).click();
    await page.getByLabel('New note').fill('Works nights.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('article').filter({ hasText: 'Works nights.' }).waitFor();
    assert.equal((await platform.data('GET', `/api/v1/notes?filter[person_id]=${wanda.id}`)).length, 1);
  });

  await t.test('somebody is deleted and restored', async () => {
    const { id } = await make('Xavier');
    const page = await center.signedIn(`/people/${id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
    await page.goto(`${center.url}/people?deleted=only&q=xavier`);
    await page.getByRole('button', { name: 'Actions for Xavier' }).click();
    await page.getByRole('menuitem', { name: 'Restore' }).click();
    await toast(page, 'Xavier restored').waitFor();
    assert.equal((await read(id)).deleted_at, null);
  });
});
