// Businesses in the Command Center: the list, what is done to many, and one business with all that hangs on it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter, tabTo } from '../support/command-center.ts';
import { until } from '../support/wait.ts';

const NARROW = { width: 390, height: 844 };
const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });
const undo = (page: Page, text: string | RegExp) => toast(page, text).getByRole('button', { name: 'Undo' }).click();

test('businesses', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const [community] = await platform.data('GET', '/api/v1/communities?limit=1');
  const make = (name: string, more: object = {}) => platform.data('POST', '/api/v1/businesses', { name, community_id: community.id, ...more });
  const read = (id: string) => platform.data('GET', `/api/v1/businesses/${id}`);

  await t.test('the list is searched, sorted and opened by keyboard alone', async () => {
    const zebra = await make('Zzebra Bakery');
    await make('Zzebra Books');
    const page = await center.signedIn('/businesses');
    await page.getByRole('row', { name: /./ }).nth(3).waitFor();
    await center.isAccessible(page, 'the list');
    await page.keyboard.press('/');
    await page.keyboard.type('zzeb');
    await page.getByText('2 rows', { exact: true }).waitFor();
    assert.match(page.url(), /q=zzeb/);
    await tabTo(page, 'Name');
    await page.keyboard.press('Enter');
    await page.locator('[role=columnheader][aria-sort=ascending]').waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Zzebra Bakery' }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/businesses/${zebra.id}`);
    await page.goBack();
    await page.getByText('2 rows', { exact: true }).waitFor();
  });

  await t.test('a link brings its filters along', async () => {
    const page = await center.signedIn('/businesses?lead_status=customer&min_lead_score=10', { viewport: NARROW });
    await page.getByRole('button', { name: 'Remove the filter Status' }).waitFor();
    await page.getByText('Customer').first().waitFor();
    await center.isAccessible(page, 'the list on a phone');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await until(() => !page.url().includes('lead_status'), { what: 'the filters leave the URL' });
  });

  await t.test('many are changed at once, and back again', async () => {
    const one = await make('Many One', { lead_status: 'lead' });
    const two = await make('Many Two', { lead_status: 'trial' });
    const page = await center.signedIn('/businesses?q=many');
    await page.getByText('2 rows', { exact: true }).waitFor();
    const choose = () => page.getByRole('checkbox', { name: 'Select all loaded rows' }).click();

    await choose();
    await page.getByRole('button', { name: 'Status', exact: true }).click();
    await center.isAccessible(page, 'what is done to many');
    await page.getByRole('menuitem', { name: 'Customer' }).click();
    await toast(page, '2 businesses: Customer now').waitFor();
    await until(async () => (await read(one.id)).lead_status === 'customer', { what: 'both are customers' });
    await undo(page, '2 businesses: Customer now');
    await until(async () => (await read(one.id)).lead_status === 'lead' && (await read(two.id)).lead_status === 'trial', { what: 'each has its own status back' });

    await choose();
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    await page.getByRole('combobox', { name: 'Tags' }).fill('family');
    await page.getByRole('option', { name: 'family-owned' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await toast(page, '1 tag put on 2 businesses').waitFor();
    assert.deepEqual((await read(one.id)).tags.map((tag: { name: string }) => tag.name), ['family-owned']);

    await choose();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('No business matches').waitFor();
    await undo(page, '2 businesses deleted');
    await page.getByText('2 rows', { exact: true }).waitFor();
  });

  await t.test('one is added, edited in place, deleted and brought back', async () => {
    const page = await center.signedIn('/businesses');
    await page.getByRole('row').nth(3).waitFor();
    await page.keyboard.press('c');
    await page.getByRole('dialog', { name: 'Add a business' }).waitFor();
    await center.isAccessible(page, 'adding one');
    await page.getByRole('button', { name: 'Add business' }).last().click();
    await page.getByText('This is needed').first().waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Harbor Tacos');
    await page.getByRole('combobox', { name: 'Community' }).fill(community.name.slice(0, 4));
    await page.getByRole('option', { name: community.name }).first().click();
    await page.getByRole('button', { name: 'Add business' }).last().click();
    await page.getByRole('heading', { level: 1, name: 'Harbor Tacos' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1)!;

    await page.getByRole('button', { name: 'Edit Website: Add' }).click();
    await page.keyboard.type('https://tacos.example');
    await page.keyboard.press('Enter');
    await toast(page, 'Website changed').waitFor();
    await until(async () => (await read(id)).website === 'https://tacos.example', { what: 'the website is saved' });
    await undo(page, 'Website changed');
    await until(async () => (await read(id)).website === null, { what: 'the website is as it was' });

    await page.getByRole('button', { name: /^Change Status/ }).click();
    await page.getByRole('menuitem', { name: 'Qualified' }).click();
    await until(async () => (await read(id)).lead_status === 'qualified', { what: 'the status is saved' });

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('heading', { level: 1, name: 'Businesses' }).waitFor();
    await undo(page, 'Harbor Tacos deleted');
    await until(() => read(id).then(Boolean, () => false), { what: 'it is back' });
  });

  await t.test('notes and tasks are written, done and taken back', async () => {
    const { id } = await make('Noted Florist');
    const page = await center.signedIn(`/businesses/${id}?tab=notes`);
    await page.getByLabel('New note').fill('Closed on Mondays.');
    await page.keyboard.press('Control+Enter');
    const note = page.getByRole('article').filter({ hasText: 'Closed on Mondays.' });
    await note.waitFor();
    await center.isAccessible(page, 'notes');
    await note.getByRole('button', { name: 'Edit note' }).click();
    await page.getByLabel('Note', { exact: true }).fill('Closed on Tuesdays.');
    await page.getByRole('button', { name: 'Save' }).click();
    const changed = page.getByRole('article').filter({ hasText: 'Closed on Tuesdays.' });
    await changed.getByRole('button', { name: 'Delete note' }).click();
    await page.getByText('No notes yet').waitFor();
    await undo(page, 'Note deleted');
    await changed.waitFor();

    await page.getByRole('tab', { name: 'Tasks' }).click();
    await page.getByRole('button', { name: 'Add task' }).click();
    await page.getByLabel('What is to be done').fill('Bring the samples');
    await center.isAccessible(page, 'adding a task');
    await page.getByRole('button', { name: 'Add task' }).last().click();
    await page.getByRole('button', { name: 'Complete Bring the samples' }).click();
    await page.getByText('Nothing to do').waitFor();
    await undo(page, '“Bring the samples” completed');
    await page.getByRole('button', { name: 'Actions for Bring the samples' }).click();
    await page.getByRole('menuitem', { name: 'Snooze: tomorrow morning' }).click();
    await page.getByText('Snoozed until').waitFor();

    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByText('Note added', { exact: true }).waitFor();
    await page.getByText('Task created', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Log activity' }).click();
    await page.getByLabel('In a few words').fill('Asked about spring');
    await center.isAccessible(page, 'logging an activity');
    await page.getByRole('button', { name: 'Log activity' }).last().click();
    await page.getByText('Asked about spring', { exact: true }).waitFor();
    await center.isAccessible(page, 'the timeline');
  });

  await t.test('a score says what it is made of', async () => {
    const { id } = await make('Scored Dental', { lead_status: 'qualified' });
    const page = await center.signedIn(`/businesses/${id}?tab=scores`, { viewport: NARROW });
    await page.getByRole('button', { name: 'Set by hand' }).first().click();
    const field = page.getByLabel('Score', { exact: true });
    await field.fill('64');
    await field.press('Tab');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('Set to 64 by hand').first().waitFor();
    await page.getByText(/Halves every \d+ days/).first().waitFor();
    await center.isAccessible(page, 'scores');
    assert.equal((await read(id)).lead_score, 64);
  });

  await t.test('everything else of one business', async () => {
    const { id } = await make('Whole Foods Garage');
    await platform.data('POST', '/api/v1/product-interests', { business_id: id, product_id: 'yearly_plan' });
    await platform.data('POST', '/api/v1/pain-points', { business_id: id, category: 'missed_calls', description: 'Nobody answers at noon.' });
    await platform.data('POST', '/api/v1/objections', { business_id: id, objection_type: 'price', objection_text: 'Too much.' });
    const [pipeline] = await platform.data('GET', '/api/v1/pipelines?limit=1');
    await platform.data('POST', '/api/v1/deals', { business_id: id, pipeline_id: pipeline.id, name: 'Yearly plan', amount: 480_000, currency: 'USD' });
    const page = await center.signedIn(`/businesses/${id}`);
    await page.getByRole('heading', { name: 'Standing' }).waitFor();
    await center.isAccessible(page, 'the overview');
    await page.getByRole('tab', { name: 'Deals' }).click();
    await page.getByRole('button', { name: 'Yearly plan', exact: true }).click();
    await page.getByText(/Began at/).waitFor();
    await center.isAccessible(page, 'deals');
    await page.getByRole('tab', { name: 'Needs' }).click();
    await page.getByText('Nobody answers at noon.').waitFor();
    await page.getByText('“Too much.”').waitFor();
    await center.isAccessible(page, 'needs');
    await page.getByRole('tab', { name: 'People' }).click();
    await page.getByText('Nobody yet').waitFor();
    await center.isAccessible(page, 'people of a business');
  });

  await t.test('who may only look is shown nothing to press', async () => {
    const { id } = await make('Looked At Cafe');
    const page = await center.signedIn(`/businesses/${id}`, { role: 'viewer' });
    await page.getByRole('heading', { name: 'Standing' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /^(Edit|Change) / }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'More actions' }).count(), 0);
    await center.isAccessible(page, 'for a viewer');
  });
});
