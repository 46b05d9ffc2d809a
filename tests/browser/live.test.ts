// What others change appears by itself: over a socket, after it was cut, in every tab, and without sockets at all.
import { test } from 'node:test';

import type { Page } from 'playwright-core';

import { startCommandCenter } from '../support/command-center.ts';
import type { CommandCenter } from '../support/command-center.ts';

test('the live feed', async (t) => {
  const center = await startCommandCenter(t, { demo: false });
  const add = (name: string): Promise<unknown> => center.platform.data('POST', '/api/v1/tags', { name });
  const shows = (page: Page, name: string): Promise<void> => page.getByText(name).first().waitFor({ timeout: 20_000 });
  const says = (page: Page, text: string): Promise<void> => page.getByRole('status').filter({ hasText: text }).first().waitFor({ timeout: 30_000 });

  await t.test('over a socket, and again after it was cut', async () => {
    const page = await opened(center);
    await says(page, 'Live');
    await add('Family owned');
    await shows(page, 'Family owned');
    center.origin.cutSockets();
    await add('Waterfront');
    await shows(page, 'Waterfront');
    await says(page, 'Live');
  });

  await t.test('in every tab, also when the one that listens is closed', async () => {
    const first = await opened(center);
    const second = await first.context().newPage();
    await second.goto(`${center.url}/tags`);
    await says(second, 'Live');
    await add('Downtown');
    await shows(second, 'Downtown');
    await first.close();
    await add('Uptown');
    await shows(second, 'Uptown');
  });

  await t.test('without sockets', async () => {
    const page = await opened(center, [/WebSocket/], true);
    await says(page, 'Every 10 s');
    await add('Lakeside');
    await shows(page, 'Lakeside');
  });
});

async function opened(center: CommandCenter, expected: RegExp[] = [], isWithoutSockets = false): Promise<Page> {
  const page = await center.signedIn('/tags', { expected });
  if (isWithoutSockets) {
    // As where something between here and there lets none through.
    await page.context().routeWebSocket('**/api/v1/live*', (socket) => void socket.close({ code: 1011 }));
    await page.reload();
    await page.locator('h1').first().waitFor();
  }
  return page;
}
