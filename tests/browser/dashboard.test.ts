// The dashboard: today against the plan, the period against the one before, and what needs a person.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startCommandCenter, tabTo } from '../support/command-center.ts';
import { startRun, tickAndSettle } from '../support/sending.ts';

const NARROW = { width: 390, height: 844 };

test('the dashboard', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  const { sequence, businessId } = await startRun(platform, 4);
  await tickAndSettle(platform, sequence);
  const task = await platform.data('POST', '/api/v1/tasks', { business_id: businessId, title: 'Call back', due_at: new Date(Date.now() + 60_000).toISOString() });
  await platform.sql('UPDATE tasks SET due_at = 1 WHERE id = ?1', task.id);

  await t.test('is the first page, with the day against its plan', async () => {
    const page = await center.signedIn('/');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await page.getByText('emails went out').waitFor();
    await page.getByRole('region', { name: 'Engagement' }).waitFor();
    await center.isAccessible(page, 'the dashboard');
  });

  await t.test('leads to what needs a person', async () => {
    const page = await center.signedIn('/', { viewport: NARROW });
    await page.getByRole('link', { name: /overdue/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    // Those of everyone, as they were counted.
    await page.getByRole('radio', { name: 'Everyone’s', checked: true }).waitFor();
    await page.getByRole('radio', { name: 'Overdue', checked: true }).waitFor();
    assert.ok((await page.getByRole('row').count()) > 1);
  });

  await t.test('is asked of another period by keyboard alone, which a link brings back', async () => {
    const page = await center.signedIn('/');
    await page.getByText('emails went out').waitFor();
    await tabTo(page, '7 days');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/period=30d/);
    await page.reload();
    await page.getByRole('radio', { name: '30 days', checked: true }).or(page.getByRole('button', { name: '30 days', pressed: true })).waitFor();
    await center.isAccessible(page, 'thirty days');
  });

  await t.test('whoever may not see it is at home elsewhere', async () => {
    const role = await platform.data('POST', '/api/v1/roles', { name: 'Clerk', permissions: ['people:read'] });
    const page = await center.signedIn('/', { role: role.id });
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/people');
  });
});
