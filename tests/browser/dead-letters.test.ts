// Messages that could not be processed: looked into, processed again, let go.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startCommandCenter } from '../support/command-center.ts';
import { until } from '../support/wait.ts';

test('dead letters', async (t) => {
  const center = await startCommandCenter(t, { demo: false });
  const { platform } = center;
  const listed = (status: string): Promise<{ what: string }[]> => platform.data('GET', `/api/v1/dead-letters?filter[status]=${status}`);

  await t.test('says that all is well while there are none', async () => {
    const page = await center.signedIn('/dead-letters');
    await page.getByRole('heading', { name: 'Everything was processed' }).waitFor();
    await center.isAccessible(page, 'no dead letters');
  });

  // Nobody can apply these: no such send is known.
  const names = ['first', 'second', 'third'];
  const now = Date.now();
  for (const [index, name] of names.entries()) {
    const message = JSON.stringify({ type: 'event', tenant_id: platform.tenantId, event: { tenant_id: platform.tenantId, name } });
    await platform.sql(
      `INSERT INTO dead_letters (tenant_id, id, queue, status, fingerprint, what, reason, message, attempts, first_seen_at, last_seen_at)
       VALUES (?1, ?2, 'tracking', 'open', ?3, ?4, 'no such send', ?5, 1, ?6, ?6)`,
      platform.tenantId,
      `0199aaaa-0000-7000-8000-00000000000${index}`,
      name,
      `Something that happened: ${name}`,
      message,
      now,
    );
  }

  await t.test('shows what a message says, and processes it again', async () => {
    const page = await center.signedIn('/dead-letters');
    await page.getByRole('row', { name: /first/ }).click();
    const drawer = page.getByRole('dialog', { name: /first/ });
    await drawer.getByText('"name": "first"').waitFor();
    await center.isAccessible(page, 'a dead letter');
    await drawer.getByRole('button', { name: 'Process again' }).click();
    await until(async () => (await listed('replayed')).length > 0, { what: 'it was put on its queue' });
  });

  await t.test('lets one go after asking, by keyboard alone', async () => {
    const page = await center.signedIn('/dead-letters');
    await page.getByRole('row', { name: /second/ }).waitFor();
    await page.getByRole('button', { name: /^Actions for .*second/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Let go' }).press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await center.isAccessible(page, 'the question');
    await page.getByRole('button', { name: 'Let 1 message go' }).press('Enter');
    await until(async () => (await listed('discarded')).length === 1, { what: 'it was let go' });
  });

  await t.test('whoever may not see them has no such page', async () => {
    const page = await center.signedIn('/dead-letters', { role: 'agent' });
    await page.getByRole('heading', { name: 'You do not have access to this page' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Dead letters' }).count(), 0);
  });
});
