// Sequences in the Command Center: written on their days, saved as versions, activated, and looked after in the ledger.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALWAYS_OPEN, makePeople, putTemplate, startSequence } from '../support/campaign.ts';
import { startCommandCenter, tabTo } from '../support/command-center.ts';
import { dueNow } from '../support/sending.ts';
import { until } from '../support/wait.ts';

const NARROW = { width: 390, height: 844 };

test('sequences', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  await putTemplate(platform, 'hello');
  await putTemplate(platform, 'offer');

  await t.test('one is made, written by keyboard alone, saved and activated', async () => {
    const page = await center.signedIn('/sequences');
    await page.getByRole('heading', { level: 1, name: 'Sequences' }).waitFor();
    await center.isAccessible(page, 'the list');
    await page.keyboard.press('c');
    await page.getByLabel('Name').fill('Spring offers');
    await page.getByRole('combobox', { name: 'Template of the first step' }).fill('hello');
    await page.getByRole('option', { name: /^hello/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByLabel('Landing page').fill('spring');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Spring offers' }).waitFor();
    await page.getByRole('grid', { name: 'Days of the sequence' }).waitFor();
    await center.isAccessible(page, 'the steps');

    await page.locator('[data-day="1"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'STEP-002' }).waitFor();
    await center.isAccessible(page, 'a step');
    await page.getByRole('combobox', { name: 'Template', exact: true }).fill('offer');
    await page.getByRole('option', { name: /^offer/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Done' }).click();
    const moved = page.locator('[data-day="9"] [data-step]');
    await moved.focus();
    await page.keyboard.press('Alt+ArrowRight');
    await page.locator('[data-day="10"] [data-step]:focus').waitFor();
    await page.getByText('STEP-002 is now on day 10').waitFor({ state: 'attached' });

    await page.getByRole('button', { name: 'Save version' }).click();
    await page.getByText('1 step added').waitFor();
    await center.isAccessible(page, 'saving');
    await page.getByRole('button', { name: 'Save version 2' }).click();
    await page.getByText('Version 2 saved', { exact: true }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    const { steps } = await platform.data('GET', `/api/v1/sequences/${id}/versions/2`);
    assert.deepEqual(
      steps.map((step: { day_offset: number; template_id: string; landing_page: string }) => [step.day_offset, step.template_id, step.landing_page]),
      [
        [1, 'hello', 'spring'],
        [10, 'offer', 'spring'],
      ],
    );
  });

  await t.test('steps are dragged, taken back, and kept over a reload', async () => {
    const id = await startSequence(platform, [{ day_offset: 1 }, { day_offset: 4 }], { name: 'Dragged' });
    const page = await center.signedIn(`/sequences/${id}?tab=steps`);
    await page.locator('[data-day="4"] [data-step]').dragTo(page.locator('[data-day="20"]'));
    await page.locator('[data-day="20"] [data-step]').waitFor();
    await page.getByText('Not saved').waitFor();
    await page.reload();
    await page.locator('[data-day="20"] [data-step]').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.locator('[data-day="4"] [data-step]').waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('[data-day="20"] [data-step]').waitFor();
  });

  await t.test('people are enrolled after seeing who they are, and the ledger is mended', async () => {
    const { people, businessId } = await makePeople(platform, 3);
    const id = await startSequence(platform, [{ day_offset: 1 }], { name: 'Hello to all', send_window: ALWAYS_OPEN });
    const page = await center.signedIn(`/sequences/${id}`);
    await page.getByRole('button', { name: 'Enroll people' }).click();
    await page.getByRole('combobox', { name: 'People' }).fill('P0');
    await page.getByRole('option', { name: /^P0/ }).first().click();
    await page.keyboard.press('Escape');
    await center.isAccessible(page, 'enrolling');
    await page.getByRole('button', { name: 'Enroll 1 person' }).click();
    await page.getByText('1 person enrolled', { exact: true }).waitFor();

    for (const { id: person_id } of people) await platform.data('POST', `/api/v1/sequences/${id}/enrolments`, { person_id });
    await dueNow(platform, id);
    await until(
      async () => {
        await platform.cron();
        return (await platform.data('GET', `/api/v1/sequences/${id}/ledger`)).total.sent >= people.length;
      },
      { what: 'the first step is sent' },
    );
    await platform.sql("UPDATE send_log SET status = 'unknown', failure_reason = 'outcome_unknown: no answer' WHERE business_id = ?1", businessId);

    await page.goto(`${center.url}/sequences/${id}?tab=sends&status=unknown`);
    await page.getByText('The provider gave no clear answer: no answer').first().waitFor();
    await center.isAccessible(page, 'the ledger');
    await page.getByRole('grid', { name: 'Sends' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Was it sent?').waitFor();
    await center.isAccessible(page, 'a send');
    await tabTo(page, 'It was sent');
    await page.keyboard.press('Enter');
    await page.getByText('1 send settled as sent', { exact: true }).waitFor();
    assert.equal((await platform.data('GET', `/api/v1/sequences/${id}/ledger`)).total.unknown, people.length - 1);
  });

  await t.test('it is read on a phone, and whoever may only read is offered nothing else', async () => {
    const id = await startSequence(platform, [{ day_offset: 1 }, { day_offset: 4 }], { name: 'Small' });
    const page = await center.signedIn(`/sequences/${id}?tab=steps`, { role: 'viewer', viewport: NARROW });
    await page.getByText('3 days later').waitFor();
    await center.isAccessible(page, 'the steps on a phone');
    for (const name of ['Enroll people', 'Pause', 'Add a step', 'Save version']) {
      assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    }
    assert.equal(await page.evaluate(() => (globalThis as any).document.documentElement.scrollWidth), NARROW.width);
  });
});
