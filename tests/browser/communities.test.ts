// Communities in the Command Center: the list, one of them with its figures, and deploying it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { loadCampaign } from '../../seed/campaign.ts';
import { startCommandCenter } from '../support/command-center.ts';

const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

test('communities', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const [community] = await platform.data('GET', '/api/v1/communities?limit=1&sort=name');

  await t.test('one is added, changed and paused', async () => {
    const page = await center.signedIn('/communities');
    await page.getByRole('button', { name: 'Add community' }).click();
    const form = page.getByRole('dialog', { name: 'Add community' });
    await form.getByLabel('Name').fill('Gearhart');
    await form.getByLabel('State').fill('or');
    await form.getByLabel(/^ZIP codes/).fill('97138 97138');
    await center.isAccessible(page, 'adding one');
    await form.getByRole('button', { name: 'Add community' }).click();
    await page.getByRole('heading', { level: 1, name: 'Gearhart' }).waitFor();
    await page.getByRole('heading', { name: 'No businesses here yet' }).waitFor();
    const [added] = await platform.data('GET', '/api/v1/communities?filter[q]=Gearhart');
    assert.deepEqual([added.state, added.zip_codes], ['OR', ['97138']]);
    await platform.data('PATCH', `/api/v1/communities/${added.id}`, { status: 'active' });
    await page.reload();
    await page.getByRole('button', { name: 'Pause' }).click();
    await toast(page, 'Gearhart paused').getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await center.isAccessible(page, 'an empty community');
  });

  await t.test('its figures are those of its businesses', async () => {
    const page = await center.signedIn(`/communities/${community.id}`, { viewport: { width: 390, height: 844 } });
    const { member_count: businesses } = await platform.data('POST', '/api/v1/segments/preview', {
      what: 'businesses',
      rule: { field: { name: 'community_id', operator: 'is', value: community.id } },
    });
    await page.getByText('Businesses here').locator('xpath=..').getByText(String(businesses), { exact: true }).waitFor();
    await center.isAccessible(page, 'a community');
  });

  await t.test('it is deployed after its forecast was shown', async () => {
    const { sequenceId } = await loadCampaign((method, path, body) => platform.data(method, path, body));
    await platform.data('POST', `/api/v1/sequences/${sequenceId}/activate`);
    const forecast = await platform.data('POST', `/api/v1/communities/${community.id}/deploy/preview`, { sequence_id: sequenceId });
    const page = await center.signedIn(`/communities/${community.id}?deploy=true`);
    const dialog = page.getByRole('dialog', { name: `Deploy ${community.name}` });
    await dialog.getByRole('combobox', { name: 'Sequence' }).click();
    await page.getByRole('option', { name: /Get found/ }).click();
    await dialog.getByRole('heading', { name: 'This is what would happen' }).waitFor();
    await center.isAccessible(page, 'the forecast');
    await dialog.getByRole('button', { name: `Enroll ${forecast.enrolled}` }).click();
    await platform.cron();
    await dialog.getByText(`${forecast.enrolled} people enrolled`).waitFor();
    await center.isAccessible(page, 'deployed');
  });

  await t.test('whoever may not change them sees no buttons for it', async () => {
    const page = await center.signedIn(`/communities/${community.id}`, { role: 'viewer' });
    await page.getByRole('heading', { level: 1, name: community.name }).waitFor();
    for (const name of ['Pause', 'Edit', 'Deploy']) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
  });
});
