// Templates in the Command Center: written beside their preview, with what is wrong marked, and sent as a test.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makePeople, putTemplate } from '../support/campaign.ts';
import { startCommandCenter } from '../support/command-center.ts';
import { until } from '../support/wait.ts';

const NARROW = { width: 390, height: 844 };

test('templates', async (t) => {
  const center = await startCommandCenter(t);
  const { platform } = center;
  await putTemplate(platform, 'hello');

  await t.test('one is written with completion, mended, previewed and sent as a test', async () => {
    // Whether its id is free.
    const page = await center.signedIn('/templates', { expected: [/status of 404 .*\/templates\/spring-offer/] });
    await page.getByRole('link', { name: 'hello' }).waitFor();
    await center.isAccessible(page, 'the list');
    await page.keyboard.press('c');
    await page.getByRole('heading', { level: 1, name: 'New template' }).waitFor();
    await page.getByText('What is wrong is shown here while you write.').waitFor();
    assert.equal(await page.getByText('Must say something').count(), 0, 'nobody has come to it yet');
    await page.getByLabel('Name').fill('Spring offer');
    assert.equal(await page.getByRole('textbox', { name: 'Id', exact: true }).inputValue(), 'spring-offer');
    await page.getByLabel('Subject').fill('A word to {{ business_name }}');

    const source = page.getByRole('textbox', { name: 'HTML of the message' });
    await source.click();
    await page.keyboard.type('<p>Dear {{ frist_name }}</p>');
    await page.getByRole('heading', { name: '1 problem' }).waitFor();
    await page.locator('.cm-lintRange-error').waitFor();
    await center.isAccessible(page, 'a problem');
    await page.getByRole('button', { name: /frist_name/ }).click();
    await page.keyboard.type('first_na');
    await page.getByRole('option', { name: /first_name/ }).first().click();
    await page.getByText('No problems').waitFor();

    const message = page.frameLocator('iframe[title="The message as it is read"]');
    await message.getByText(/^Dear \w+$/).waitFor();
    await center.isAccessible(page, 'a template');
    await page.getByRole('button', { name: 'Send a test' }).click();
    await center.isAccessible(page, 'sending a test');
    await page.getByRole('button', { name: 'Send the test' }).click();
    await page.getByText(/^Test sent to /).waitFor();

    await page.keyboard.press('Control+s');
    await page.getByText('Template created', { exact: true }).waitFor();
    await page.waitForURL(/\/templates\/spring-offer/);
    const kept = await platform.data('GET', '/api/v1/templates/spring-offer');
    assert.equal(kept.body_html, '<p>Dear {{ first_name }}</p>');
  });

  await t.test('it is shown as somebody gets it, and runs nothing', async () => {
    const { people } = await makePeople(platform, 1);
    await platform.data('PUT', '/api/v1/templates/wild', {
      name: 'Wild',
      subject: 'Hello',
      body_html: '<p>Dear {{ first_name }}</p><script>document.body.textContent = "run"</script><img src="https://elsewhere.example/x.png" alt="A picture">',
    });
    const page = await center.signedIn(`/templates/wild?as=${people[0]!.id}`);
    const message = page.frameLocator('iframe[title="The message as it is read"]');
    await message.getByText('Dear P0').waitFor();
    await page.getByText('Pictures from other hosts are not loaded here.').waitFor();
    const background = (): Promise<string> => message.locator('body').evaluate((body) => (globalThis as any).getComputedStyle(body).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'Phone' }).click();
    await page.getByRole('button', { name: 'Dark mode' }).click();
    await until(async () => (await background()) !== light, { what: 'the message is dark' });
    await page.waitForURL(/device=phone/);
    assert.match(page.url(), /scheme=dark/);
  });

  await t.test('what somebody else saved meanwhile is not written over', async () => {
    const page = await center.signedIn('/templates/hello', { expected: [/status of 412/] });
    await page.getByLabel('Subject').fill('Mine');
    await putTemplate(platform, 'hello');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Somebody else saved it meanwhile').waitFor();
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await page.getByText('Not saved').waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('Subject').inputValue(), 'hello for {{ business_name }}');
  });

  await t.test('it is read on a phone by whoever may only read', async () => {
    const page = await center.signedIn('/templates/hello?pane=preview', { role: 'viewer', viewport: NARROW });
    await page.locator('iframe[title="The message as it is read"]').waitFor();
    await center.isAccessible(page, 'a preview on a phone');
    assert.equal(await page.getByRole('button', { name: 'Save', exact: true }).count(), 0);
    assert.equal(await page.evaluate(() => (globalThis as any).document.documentElement.scrollWidth), NARROW.width);
  });
});
