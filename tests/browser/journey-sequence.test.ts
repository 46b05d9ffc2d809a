// The journey of whoever runs a campaign: a sequence is written, looked at as somebody gets it, launched and watched, until it is clear
// why one person was skipped.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { putTemplate } from '../support/campaign.ts';
import { startCommandCenter, tabTo } from '../support/command-center.ts';
import { AGENTS, counted, mailOf, visit } from '../support/reading.ts';
import { HOUR, dueNow, tickAndSettle } from '../support/sending.ts';

const NARROW = { width: 390, height: 844 };
/** The page reads anew what it shows within seconds; a slow machine takes its time. */
const SOON = { timeout: 30_000 };

test('build, preview and launch a sequence, watch it run and explain why one person was skipped', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  // New sequences send on weekdays from nine to five.
  await platform.clock.set(nextWeekday(Date.now()));
  await putTemplate(platform, 'hello');
  await putTemplate(platform, 'offer');
  const [community] = await platform.data('GET', '/api/v1/communities?limit=1&sort=name');
  const [reader, suppressed] = await platform.sql<{ first_name: string; last_name: string; email: string }>(
    `SELECT p.first_name, p.last_name, p.email FROM people p JOIN businesses b ON b.id = p.business_id
     WHERE b.community_id = ?1 AND p.email IS NOT NULL AND p.first_name IS NOT NULL AND p.last_name IS NOT NULL ORDER BY p.last_name, p.id LIMIT 2`,
    community.id,
  );
  assert.ok(reader && suppressed, 'the demo has people');
  await platform.data('POST', '/api/v1/suppressions', { address: suppressed.email, note: 'By phone.' });

  // What comes after a part that failed has nothing to go on from.
  let isBroken = false;
  const part = (name: string, run: () => Promise<void>): Promise<void> =>
    t.test(name, { skip: isBroken }, async () => {
      isBroken = true;
      await run();
      isBroken = false;
    });

  // An hour passes at the platform while the browser's clock stands still: its session is renewed on the way.
  const page = await center.signedIn('/sequences', { expected: [/status of 401/] });
  page.setDefaultTimeout(12_000);
  await page.evaluate(() => ((globalThis as any).isTheSamePage = true));

  await part('two steps are written by keyboard alone', async () => {
    await page.keyboard.press('c');
    await page.getByLabel('Name').fill('Spring offers');
    await choose(page, 'Template of the first step', 'hello');
    await page.getByLabel('Landing page').fill('spring');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Spring offers' }).waitFor();
    await page.locator('[data-day="1"]').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('dialog', { name: 'STEP-002' }).waitFor();
    await choose(page, 'Template', 'offer');
    await page.getByLabel('Subject').fill('An offer for {{ first_name }}');
  });

  await part('the second one is looked at as somebody will get it', async () => {
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'STEP-002' }).last();
    const as = dialog.getByRole('combobox', { name: 'As' });
    await as.fill(reader.last_name);
    await page.getByRole('option', { name: new RegExp(`^${reader.first_name} ${reader.last_name}`) }).click();
    await dialog.getByText(`An offer for ${reader.first_name}`).waitFor();
    await page.frameLocator('iframe[title="The message as it is read"]').getByText(`Hi ${reader.first_name}`).waitFor();
    await center.isAccessible(page, 'a preview');
    await dialog.getByRole('button', { name: 'Phone' }).click();
    await dialog.getByRole('button', { name: 'Dark mode' }).click();
    await page.waitForURL(/device=phone.*scheme=dark|scheme=dark.*device=phone/);
    await center.isAccessible(page, 'a preview on a phone, dark');
    await dialog.getByRole('button', { name: 'Send a test' }).click();
    await page.getByRole('button', { name: 'Send the test' }).click();
    await page.getByText(/^Test sent to /).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('dialog', { name: 'STEP-002' }).getByRole('button', { name: 'Done' }).click();
  });

  await part('what is new is saved, and told from what was', async () => {
    await page.getByRole('button', { name: 'Save version' }).click();
    await page.getByRole('button', { name: 'Save version 2' }).click();
    await page.getByText('Version 2 saved', { exact: true }).waitFor();
    await page.getByRole('tab', { name: /Versions/ }).click();
    await page.getByRole('button', { name: 'What changed in version 2' }).click();
    await page.getByText('1 step added since version 1.').waitFor();
    await center.isAccessible(page, 'what changed');
  });

  await part('it is activated once the checklist is done, by keyboard alone', async () => {
    await page.locator('h1').focus();
    await tabTo(page, 'Activate');
    await page.keyboard.press('Enter');
    await page.getByText('Everything that is needed is there.').waitFor();
    assert.ok((await page.getByRole('list', { name: 'Checklist' }).getByRole('listitem').count()) > 8);
    await center.isAccessible(page, 'the checklist');
    await tabTo(page, 'Activate');
    await page.keyboard.press('Enter');
    await page.getByText('Sequence activated', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('heading', { name: 'Nobody is enrolled' }).waitFor();
    await center.isAccessible(page, 'nobody yet');
  });

  await part('an audience is enrolled after seeing who it is', async () => {
    await page.getByRole('button', { name: 'Enroll people' }).click();
    await page.getByRole('radio', { name: 'Everybody a filter matches' }).click();
    await page.getByRole('combobox', { name: 'Community' }).fill(community.name);
    await page.getByRole('option', { name: new RegExp(`^${community.name}`) }).first().click();
    await page.getByText(/\d+ people now/).waitFor();
    await center.isAccessible(page, 'an audience');
    await page.getByRole('dialog').getByRole('button', { name: /^Enroll \d+ people$/ }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  const sequence = new URL(page.url()).pathname.split('/').at(-1)!;
  const total = (await platform.data('GET', `/api/v1/sequences/${sequence}/progress`)).enrolments.total;

  await part('its run is watched without reloading', async () => {
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByText(`of ${total} people finished`).waitFor(SOON);
    await dueNow(platform, sequence);
    const ledger = await tickAndSettle(platform, sequence);
    await platform.cron();
    assert.ok(ledger.sent > 0 && ledger.skipped > 0, JSON.stringify(ledger));
    await page.getByRole('region', { name: 'Today' }).getByText(`${ledger.sent}emails went out today`).waitFor(SOON);
    await page.getByRole('region', { name: 'Sends by status' }).getByRole('link', { name: new RegExp(`^Skipped ?${ledger.skipped}$`) }).waitFor(SOON);
    await page.getByText('Suppressed, or asked for no email').waitFor(SOON);
    await center.isAccessible(page, 'a run');

    const [mail] = await mailOf(platform, reader.email);
    await platform.clock.advance(HOUR);
    await visit(platform, mail!.pixel);
    await visit(platform, mail!.pixel, AGENTS.gmail);
    await visit(platform, mail!.clicks[0]!);
    await counted(platform, mail!.sendId, 2, 1);
    await platform.cron();
    const engagement = page.getByRole('region', { name: 'Engagement by step' });
    await engagement.getByRole('row', { name: /STEP-001/ }).getByText('1 by machines').waitFor(SOON);
    await center.isAccessible(page, 'its engagement');
    assert.ok(await page.evaluate(() => (globalThis as any).isTheSamePage), 'nothing was reloaded');
  });

  await part('the ledger says why one person was skipped', async () => {
    await page.getByRole('tab', { name: 'Sends' }).click();
    await page.getByRole('grid', { name: 'Sends' }).waitFor();
    const before = await platform.data('GET', `/api/v1/sequences/${sequence}/ledger`);
    await dueNow(platform, sequence);
    const after = await tickAndSettle(platform, sequence);
    assert.ok(after.planned > before.total.planned, 'the second step was decided');
    await page.getByRole('link', { name: new RegExp(`^Planned ?${after.planned}$`) }).waitFor(SOON);
    await center.isAccessible(page, 'the ledger');

    await page.getByRole('link', { name: /^Skipped/ }).click();
    await page.waitForURL(/status=skipped/);
    const row = page.getByRole('row', { name: new RegExp(`${suppressed.first_name} ${suppressed.last_name}`) }).first();
    await row.getByText('The address is suppressed: somebody entered it').waitFor();
    await row.click();
    const drawer = page.getByRole('dialog', { name: 'Send' });
    await drawer.getByRole('link', { name: `${suppressed.first_name} ${suppressed.last_name}` }).waitFor();
    await drawer.getByText('The address is suppressed: somebody entered it').first().waitFor();
    await drawer.getByRole('list', { name: 'History of the send' }).getByRole('listitem').first().waitFor();
    await center.isAccessible(page, 'a skipped send');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    assert.ok(await page.evaluate(() => (globalThis as any).isTheSamePage), 'nothing was reloaded');
  });

  await part('it is read on a phone', async () => {
    const phone = await center.signedIn(`/sequences/${sequence}`, { viewport: NARROW, role: 'viewer' });
    await phone.getByText(/people finished/).waitFor();
    await phone.getByRole('heading', { name: /^STEP-001/ }).waitFor();
    await center.isAccessible(phone, 'a run on a phone');
    assert.equal(await phone.evaluate(() => (globalThis as any).document.documentElement.scrollWidth), NARROW.width);
  });
});

/** Its late morning in New York. */
function nextWeekday(now: number): number {
  const day = new Date(now);
  do day.setUTCDate(day.getUTCDate() + 1);
  while ([0, 6].includes(day.getUTCDay()));
  return day.setUTCHours(15, 0, 0, 0);
}

/** Chooses in a combobox by keyboard. */
async function choose(page: Page, name: string, template: string): Promise<void> {
  await page.getByRole('combobox', { name, exact: true }).fill(template);
  await page.getByRole('option', { name: new RegExp(`^${template}`) }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}
