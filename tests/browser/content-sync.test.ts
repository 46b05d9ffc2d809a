// The content sync: off with what is missing, a run with what it refused, and what the webhook brought.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startCommandCenter } from '../support/command-center.ts';
import { ContentStandIn } from '../support/content/index.ts';

const AT = '2026-03-04T10:00:00Z';

test('the content sync', async (t) => {
  await t.test('says which settings are missing', async (t) => {
    const center = await startCommandCenter(t, { demo: false });
    const page = await center.signedIn('/content-sync');
    await page.getByText('Nothing is pulled').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Start a run' }).count(), 0);
    await center.isAccessible(page);
  });

  await t.test('is started, and shows what it refused', async (t) => {
    await using content = await ContentStandIn.start();
    content.put('communities', { id: 1, updated_at: AT, name: 'Harbor', state: 'FL', timezone: 'America/New_York' });
    content.put('listings', { id: 1, updated_at: AT, community_id: 1, name: 'Harbor bakery' }, { id: 2, updated_at: AT, community_id: 99, name: 'Lost shop' });
    const center = await startCommandCenter(t, { demo: false, vars: { ...content.vars, CONTENT_SYNC_MINUTES: '0' } });
    const page = await center.signedIn('/content-sync');
    await page.getByRole('button', { name: 'Start a run' }).click();
    await page.getByRole('menuitem', { name: 'Everything' }).click();
    await page.getByRole('heading', { name: 'Last run' }).waitFor();
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('list', { name: 'Refused records' }).getByText('Business 2').waitFor();
    await center.isAccessible(page, 'a run');
    await page.keyboard.press('Escape');
    assert.equal(await content.tell(`${center.platform.url}/webhooks/content`, 'order.created', { id: 1, updated_at: AT }), 200);
    await page.getByRole('tab', { name: 'Deliveries' }).click();
    await page.getByText('Ignored').waitFor();
    await center.isAccessible(page);
    await page.getByRole('tab', { name: 'Records' }).click();
    await page.getByText('Community 1').waitFor();
    await center.isAccessible(page);
  });
});
