// Segments in the Command Center: a rule is built while one sees whom it matches, kept, and enrolled.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { loadCampaign } from '../../seed/campaign.ts';
import { startCommandCenter } from '../support/command-center.ts';
import { until } from '../support/wait.ts';

const toast = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

/** Adds a condition about a field to the rule. */
async function addField(page: Page, group: string, field: string): Promise<void> {
  await page.getByRole('region', { name: group, exact: true }).getByRole('button', { name: /^Add condition/ }).last().click();
  await page.getByRole('menuitem', { name: 'Field' }).click();
  await page.getByRole('combobox', { name: 'Field', exact: true }).last().fill(field);
  await page.getByRole('option', { name: field, exact: true }).click();
}

test('segments', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const preview = async (rule: object) => (await platform.data('POST', '/api/v1/segments/preview', { what: 'people', rule })).member_count;
  const find = async (name: string) => (await platform.data('GET', '/api/v1/segments?limit=100')).find((one: any) => one.name === name);

  await t.test('a rule of nested conditions is built with the count beside it, and kept', async () => {
    const rule = {
      all: [
        { field: { name: 'role', operator: 'is', value: 'owner' } },
        { any: [{ field: { name: 'business.lead_score', operator: 'at_least', value: 20 } }] },
      ],
    };
    const page = await center.signedIn('/segments');
    await center.isAccessible(page, 'no segments');
    await page.getByRole('link', { name: 'New segment' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'New segment' }).waitFor();
    await page.getByLabel('Name').fill('Promising owners');
    await addField(page, 'Rule', 'Role');
    await page.getByRole('combobox', { name: 'Value for Role' }).click();
    await page.getByRole('option', { name: 'Owner' }).click();
    const counted = page.getByRole('region', { name: 'Matching now' }).getByRole('status');
    await counted.filter({ hasText: String(await preview(rule.all[0]!)) }).waitFor();
    await page.getByRole('button', { name: /^Add condition/ }).last().click();
    await page.getByRole('menuitem', { name: 'Group of conditions' }).click();
    await addField(page, 'Group 2', 'Business: lead score');
    await page.getByRole('button', { name: 'Save segment' }).click();
    await page.getByText('Finish this condition, or remove it').waitFor();
    await center.isAccessible(page, 'unfinished');
    await page.getByRole('combobox', { name: 'How Business: lead score is compared' }).click();
    await page.getByRole('option', { name: 'is at least' }).click();
    await page.getByRole('spinbutton', { name: 'Value for Business: lead score' }).fill('20');
    await page.keyboard.press('Tab');
    await counted.filter({ hasText: String(await preview(rule)) }).waitFor();
    await center.isAccessible(page, 'the builder');
    await page.getByRole('button', { name: 'Save segment' }).click();
    await page.getByRole('heading', { level: 1, name: 'Promising owners' }).waitFor();
    const kept = await find('Promising owners');
    assert.deepEqual(kept.rule, rule);
    assert.equal(kept.member_count, await preview(rule));
    await page.getByRole('tab', { name: 'Members' }).click();
    await page.getByRole('grid').waitFor();
    await center.isAccessible(page, 'its members');
  });

  await t.test('a change is not left behind unasked, and can be undone', async () => {
    const made = await platform.data('POST', '/api/v1/segments', { name: 'Everybody', what: 'people', rule: { all: [] } });
    const page = await center.signedIn(`/segments/${made.id}`, { viewport: { width: 390, height: 844 } });
    await page.getByText('Without a condition, all people belong to it.').waitFor();
    await page.getByLabel('Name').fill('All of them');
    await page.getByRole('link', { name: 'Segments' }).first().click();
    await center.isAccessible(page, 'asking before it is left');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await until(async () => (await find('All of them')) !== undefined, { what: 'it is saved' });
    await toast(page, 'Segment saved').getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await find('Everybody')) !== undefined, { what: 'it is as it was' });
  });

  await t.test('it is enrolled in a sequence', async () => {
    const { sequenceId } = await loadCampaign((method, path, body) => platform.data(method, path, body));
    await platform.data('POST', `/api/v1/sequences/${sequenceId}/activate`);
    const made = await platform.data('POST', '/api/v1/segments', {
      name: 'Reachable',
      what: 'people',
      rule: { field: { name: 'email', operator: 'is_set' } },
    });
    const page = await center.signedIn(`/segments/${made.id}?enroll=true`);
    const dialog = page.getByRole('dialog', { name: 'Enroll Reachable' });
    await dialog.getByRole('combobox', { name: 'Sequence' }).click();
    await page.getByRole('option', { name: /Get found/ }).click();
    await center.isAccessible(page, 'what it would do');
    await dialog.getByRole('button', { name: 'Enroll', exact: true }).click();
    await platform.cron();
    await dialog.getByText(/people enrolled$/).waitFor();
    assert.ok((await platform.data('GET', `/api/v1/sequences/${sequenceId}/enrolments?limit=1`)).length > 0);
  });
});
