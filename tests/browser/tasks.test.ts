// Tasks in the Command Center: the list and the board, completing, putting off, adding.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter } from '../support/command-center.ts';
import { until } from '../support/wait.ts';

const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

test('tasks', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const [business] = await platform.data('GET', '/api/v1/businesses?limit=1');
  const make = (title: string, more: object = {}) =>
    platform.data('POST', '/api/v1/tasks', { business_id: business.id, title, assigned_type: 'human', ...more });
  const read = (id: string) => platform.data('GET', `/api/v1/tasks/${id}`);

  await t.test('one is completed from the list, and taken back', async () => {
    const { id } = await make('Call the owner', { priority: 'urgent', due_at: '2020-01-01T12:00:00Z' });
    await platform.data('PATCH', `/api/v1/tasks/${id}`, { status: 'in_progress' });
    const page = await center.signedIn('/tasks');
    await page.getByRole('heading', { name: 'Nothing for you here' }).waitFor();
    await center.isAccessible(page, 'an empty list');
    await page.getByRole('button', { name: 'Show everyone’s' }).click();
    await page.getByRole('button', { name: 'Complete Call the owner' }).click();
    await until(async () => (await read(id)).status === 'completed', { what: 'it is completed' });
    await toast(page, '“Call the owner” completed').getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await read(id)).status === 'in_progress', { what: 'it is as it was' });
    await page.getByRole('button', { name: 'Complete Call the owner' }).waitFor();
    await center.isAccessible(page, 'the list');
  });

  await t.test('one is added, put off and completed with an outcome', async () => {
    const page = await center.signedIn('/tasks', { viewport: { width: 390, height: 844 } });
    await page.locator('h1').waitFor();
    await page.keyboard.press('c');
    const form = page.getByRole('dialog', { name: 'Add task' });
    await form.getByLabel('What is to be done').fill('Send the menu');
    await form.getByRole('combobox', { name: 'Business' }).fill(business.name);
    await page.getByRole('option').first().click();
    await center.isAccessible(page, 'a new task');
    await form.getByRole('button', { name: 'Add task' }).click();
    await toast(page, 'Task added').waitFor();
    const added = (await platform.data('GET', '/api/v1/tasks?limit=100')).find((task: any) => task.title === 'Send the menu');
    assert.equal(added.assigned_type, 'human');
    await page.goto(`${center.url}/tasks?task=${added.id}`);
    const drawer = page.getByRole('dialog', { name: 'Send the menu' });
    await drawer.getByRole('button', { name: 'Snooze' }).click();
    await page.getByRole('menuitem', { name: 'Tomorrow morning' }).click();
    await drawer.getByRole('button', { name: 'End snooze' }).waitFor();
    assert.ok(new Date((await read(added.id)).snoozed_until).getTime() > Date.now());
    await center.isAccessible(page, 'beside the list');
    await drawer.getByLabel(/^Outcome/).fill('They hung it up.');
    await drawer.getByRole('button', { name: 'Complete', exact: true }).click();
    await drawer.waitFor({ state: 'detached' });
    const done = await read(added.id);
    assert.deepEqual([done.status, done.outcome], ['completed', 'They hung it up.']);
  });

  await t.test('several are changed at once', async () => {
    const ids = [(await make('One of two')).id, (await make('Two of two')).id];
    const page = await center.signedIn('/tasks?who=all');
    for (const title of ['One of two', 'Two of two']) await page.getByRole('checkbox', { name: `Select ${title}` }).click();
    await page.getByRole('button', { name: 'Priority' }).last().click();
    await page.getByRole('menuitem', { name: 'High' }).click();
    await until(async () => (await Promise.all(ids.map(read))).every((task) => task.priority === 'high'), { what: 'both matter more' });
    for (const title of ['One of two', 'Two of two']) await page.getByRole('checkbox', { name: `Select ${title}` }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await toast(page, '2 tasks deleted').getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await Promise.all(ids.map(read))).every((task) => task.deleted_at === null), { what: 'both are back' });
  });

  await t.test('the board moves them with the keys', async () => {
    const { id } = await make('On the board');
    const page = await center.signedIn('/tasks?who=all&view=board');
    await page.getByRole('button', { name: 'On the board', exact: true }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await until(async () => (await read(id)).status === 'in_progress', { what: 'it is in progress' });
    await page.getByRole('region', { name: 'In progress' }).getByRole('button', { name: 'On the board', exact: true }).waitFor();
    await center.isAccessible(page, 'the board');
  });
});
