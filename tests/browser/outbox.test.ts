// The outbox: every send with its history, and what can be done about those that failed or whose outcome nobody knows.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startCommandCenter } from '../support/command-center.ts';
import { sends, startRun, tickAndSettle } from '../support/sending.ts';

const NARROW = { width: 390, height: 844 };

test('the outbox', async (t) => {
  const center = await startCommandCenter(t, { demo: false });
  const { platform } = center;

  await t.test('says what is to be done while there is nothing', async () => {
    const page = await center.signedIn('/outbox');
    await page.getByRole('heading', { name: 'Nothing was sent yet' }).waitFor();
    await center.isAccessible(page, 'an empty outbox');
  });

  const { sequence, people } = await startRun(platform, 3);
  await tickAndSettle(platform, sequence);
  const [failed, unknown] = await sends(platform, sequence);
  await platform.sql("UPDATE send_log SET status = 'failed', failure_reason = 'no_address' WHERE id = ?1", failed.id);
  await platform.sql("UPDATE send_log SET status = 'unknown' WHERE id = ?1", unknown.id);

  await t.test('shows all sends, and a row with its history by keyboard alone', async () => {
    const page = await center.signedIn('/outbox');
    await page.getByRole('row', { name: /P0/ }).waitFor();
    assert.equal(await page.getByRole('row').count(), people.length + 1);
    await center.isAccessible(page, 'the outbox');
    await page.getByRole('grid', { name: 'Sends' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'History of the send' }).getByRole('listitem').first().waitFor();
    await center.isAccessible(page, 'a send');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  await t.test('gives the first row to whoever came with the keyboard before it', async () => {
    const page = await center.signedIn('/tags');
    const { promise: shown, resolve: show } = Promise.withResolvers<void>();
    await page.route('**/api/v1/sends?*', async (route) => {
      await shown;
      await route.continue();
    });
    await page.getByRole('link', { name: 'Outbox' }).click();
    await page.getByRole('grid', { name: 'Sends' }).focus();
    show();
    await page.getByRole('row', { name: /P0/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Send' }).waitFor();
  });

  await t.test('finds those of unknown outcome, and settles one', async () => {
    const page = await center.signedIn('/outbox?status=unknown', { viewport: NARROW });
    await page.getByRole('row', { name: /Outcome unknown/ }).waitFor();
    await page.getByRole('grid', { name: 'Sends' }).focus();
    await page.keyboard.press('Enter');
    await center.isAccessible(page, 'a send of unknown outcome');
    await page.getByRole('button', { name: 'It was sent' }).click();
    await page.getByText('1 send settled as sent').first().waitFor();
    assert.equal((await platform.data('GET', `/api/v1/sends/${unknown.id}`)).status, 'sent');
  });

  await t.test('sends again what failed', async () => {
    const page = await center.signedIn(`/outbox?status=failed&send=${failed.id}`);
    await page.getByRole('dialog', { name: 'Send' }).getByText('No email address').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('1 send on the way again').first().waitFor();
  });

  await t.test('whoever may only look is offered nothing to do', async () => {
    const page = await center.signedIn('/outbox', { role: 'viewer' });
    await page.getByRole('gridcell', { name: 'Sent' }).first().waitFor();
    await page.getByRole('grid', { name: 'Sends' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Send' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Send again' }).count(), 0);
  });
});
