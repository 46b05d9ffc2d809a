// Pipelines in the Command Center: the board with the pointer and with the keys, deals, figures and stages.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter } from '../support/command-center.ts';
import { until } from '../support/wait.ts';

const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });
const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const card = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('pipelines', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const [pipeline] = await platform.data('GET', '/api/v1/pipelines');
  const [first, second, third] = pipeline.stages;
  const businesses = await platform.data('GET', '/api/v1/businesses?limit=10');
  let next = 0;
  const make = (name: string | null, more: object = {}) =>
    platform.data('POST', '/api/v1/deals', { pipeline_id: pipeline.id, business_id: businesses[next++ % 10].id, name, ...more });
  const read = (id: string) => platform.data('GET', `/api/v1/deals/${id}`);

  await t.test('a card goes with the keys, which say where it is, and keeps the focus', async () => {
    const { id } = await make('By the keys');
    const page = await center.signedIn(`/pipelines/${pipeline.id}`);
    await card(page, 'By the keys').focus();
    const said = page.locator('[aria-live=assertive]');
    await page.keyboard.press('Space');
    await said.filter({ hasText: `By the keys taken up in ${first.name}` }).waitFor();
    await page.keyboard.press('ArrowRight');
    await said.filter({ hasText: `${second.name}, place 1 of 1` }).waitFor();
    await page.keyboard.press('Escape');
    await said.filter({ hasText: 'By the keys put back' }).waitFor();
    assert.equal((await read(id)).stage_id, first.id);
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await center.isAccessible(page, 'while it is carried');
    await page.keyboard.press('Space');
    await until(async () => (await read(id)).stage_id === second.id, { what: 'the deal moved' });
    await column(page, second.name).getByRole('button', { name: 'By the keys', exact: true }).waitFor();
    await until(() => page.evaluate(() => (globalThis as any).document.activeElement.textContent.trim() === 'By the keys'), { what: 'it has the focus' });
    await toast(page, `By the keys moved to ${second.name}`).getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await read(id)).stage_id === first.id, { what: 'the deal is back' });
  });

  await t.test('a card is dragged, and moved by its menu', async () => {
    const { id } = await make('Dragged', { amount: 120_000, currency: 'USD' });
    const page = await center.signedIn(`/pipelines/${pipeline.id}`);
    const from = (await card(page, 'Dragged').boundingBox())!;
    const to = (await column(page, third.name).boundingBox())!;
    await page.mouse.move(from.x + 20, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, from.y + 30, { steps: 4 });
    await page.mouse.move(to.x + 80, to.y + 90, { steps: 8 });
    await page.mouse.up();
    await until(async () => (await read(id)).stage_id === third.id, { what: 'the deal moved' });
    await column(page, third.name).getByText('$1,200').first().waitFor();
    await page.getByRole('button', { name: 'Move Dragged' }).click();
    await page.getByRole('menuitem', { name: second.name }).click();
    await until(async () => (await read(id)).stage_id === second.id, { what: 'the deal moved again' });
    await center.isAccessible(page, 'the board');
  });

  await t.test('a stage that leads elsewhere is no way', async () => {
    const { id } = await make('Held');
    await platform.data('PATCH', `/api/v1/stages/${first.id}`, { moves_to: [second.id] });
    const page = await center.signedIn(`/pipelines/${pipeline.id}`);
    await page.getByRole('button', { name: 'Move Held' }).click();
    assert.deepEqual(await page.getByRole('menuitem').allTextContents().then((all) => all.map((text) => text.trim())), [second.name]);
    await page.keyboard.press('Escape');
    await platform.data('PATCH', `/api/v1/stages/${first.id}`, { moves_to: null });
    assert.equal((await read(id)).stage_id, first.id);
  });

  await t.test('a deal is added, closed with a reason, and taken up again', async () => {
    const page = await center.signedIn(`/pipelines/${pipeline.id}`, { viewport: { width: 390, height: 844 } });
    await page.getByRole('button', { name: 'Add deal' }).first().click();
    const form = page.getByRole('dialog', { name: 'Add deal' });
    await form.getByRole('combobox', { name: 'Business' }).fill(businesses[0].name);
    await page.getByRole('option').first().click();
    await form.getByLabel(/^Name/).fill('Spring ads');
    await form.getByLabel(/^Amount/).fill('99.5');
    await center.isAccessible(page, 'a new deal');
    await form.getByRole('button', { name: 'Add deal' }).click();
    await toast(page, 'Deal added').waitFor();
    const found = (await platform.data('GET', '/api/v1/deals?limit=100')).find((deal: any) => deal.name === 'Spring ads');
    assert.deepEqual([found.amount, found.currency], [9950, 'USD']);
    await card(page, 'Spring ads').click();
    const drawer = page.getByRole('dialog', { name: 'Spring ads' });
    await drawer.getByText('Added to').waitFor();
    await center.isAccessible(page, 'beside the board');
    await drawer.getByRole('button', { name: 'Lost' }).click();
    const asked = page.getByRole('dialog', { name: 'Why was Spring ads lost?' });
    await asked.getByLabel('Reason').fill('No budget');
    await asked.getByRole('button', { name: 'Save reason' }).click();
    await until(async () => (await read(found.id)).lost_reason === 'No budget', { what: 'the reason is kept' });
    await drawer.getByRole('button', { name: 'Reopen' }).click();
    await until(async () => (await read(found.id)).status === 'open', { what: 'it is open' });
  });

  await t.test('the figures are those of the API', async () => {
    const page = await center.signedIn(`/pipelines/${pipeline.id}/conversion?period=30`);
    const { entered } = await platform.data('GET', `/api/v1/pipelines/${pipeline.id}/conversion`);
    await page.getByText('Deals that came in').locator('xpath=..').getByText(String(entered), { exact: true }).waitFor();
    await page.getByRole('rowheader', { name: first.name }).waitFor();
    await center.isAccessible(page, 'conversion');
  });

  await t.test('stages are added, ordered and deleted', async () => {
    const page = await center.signedIn(`/pipelines/${pipeline.id}/stages`);
    const names = async () => (await platform.data('GET', `/api/v1/pipelines/${pipeline.id}`)).stages.map((stage: any) => stage.name);
    await page.getByRole('button', { name: 'Add stage' }).click();
    await page.getByLabel('Name').fill('Proposal');
    await page.getByLabel(/^Stale after/).fill('5');
    await center.isAccessible(page, 'a new stage');
    await page.getByRole('button', { name: 'Add stage' }).last().click();
    await toast(page, 'Proposal added').waitFor();
    assert.equal((await names()).at(-1), 'Proposal');
    await page.getByRole('button', { name: 'Move Proposal up' }).click();
    await until(async () => (await names()).at(-2) === 'Proposal', { what: 'it stands higher' });
    await page.getByRole('button', { name: 'Delete Proposal' }).click();
    await page.getByRole('button', { name: 'Delete stage' }).click();
    await until(async () => !(await names()).includes('Proposal'), { what: 'it is gone' });
    await center.isAccessible(page, 'the stages');
  });
});
