// A long list under the wheel and the keys, and for how long the page answers nothing.
import type { Page } from 'playwright-core';

import { until } from '../../tests/support/wait.ts';
import { median, progress } from './report.ts';
import type { Figures } from './report.ts';

const LOADS = 3;

/** Of the list at `path`, through that many rows: half of them with the wheel, half with the keys. */
export async function scrolled(page: Page, path: string, rows: number): Promise<Figures> {
  await observe(page);
  const shown: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    await page.goto(new URL(path, page.url()).href);
    shown.push(await interactive(page));
  }
  progress('the list is there');
  const loading = await longest(page);
  const grid = page.getByRole('grid');
  await grid.hover();
  await wheel(page, rows / 2);
  const byWheel = await longest(page);
  progress(`half of ${rows} rows with the wheel: the longest task took ${byWheel} ms`);
  await grid.focus();
  await keys(page, rows);
  const byKeys = await longest(page);
  progress(`the others with the keys: ${byKeys} ms`);
  return {
    time_to_interactive_ms: median(shown),
    longest_task_ms: Math.max(byWheel, byKeys),
    longest_task_wheel_ms: byWheel,
    longest_task_keys_ms: byKeys,
    longest_task_loading_ms: loading,
    rows_scrolled: await lastRow(page),
  };
}

/** On every page that is opened from now on. */
async function observe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const here = globalThis as any;
    here.longest = 0;
    new here.PerformanceObserver((list: any) => {
      for (const { duration } of list.getEntries()) here.longest = Math.max(here.longest, duration);
    }).observe({ type: 'longtask', buffered: true });
  });
}

/** Since the last time this was asked. */
async function longest(page: Page): Promise<number> {
  return page.evaluate(() => {
    const here = globalThis as any;
    const found = here.longest;
    here.longest = 0;
    return Math.round(found);
  });
}

/** Milliseconds from the beginning of the navigation until rows are drawn and the page has time for somebody: two frames in a row, and an idle moment. */
async function interactive(page: Page): Promise<number> {
  await page.locator('[role=row][aria-rowindex="2"]').waitFor();
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const here = globalThis as any;
        const frame = (then: () => void) => here.requestAnimationFrame(then);
        frame(() => frame(() => here.requestIdleCallback(() => resolve(here.performance.now()))));
      }),
  );
}

async function lastRow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const drawn = [...(globalThis as any).document.querySelectorAll('[role=row][aria-rowindex]')];
    return Math.max(...drawn.map((row: any) => Number(row.getAttribute('aria-rowindex')) - 1));
  });
}

async function wheel(page: Page, to: number): Promise<void> {
  await until(
    async () => {
      await page.mouse.wheel(0, 600);
      return (await lastRow(page)) >= to;
    },
    { what: `row ${to} is reached with the wheel`, timeout: 180_000 },
  );
}

async function keys(page: Page, to: number): Promise<void> {
  await page.keyboard.press('End');
  await until(
    async () => {
      await page.keyboard.press('PageDown');
      return (await lastRow(page)) >= to;
    },
    { what: `row ${to} is reached with the keys`, timeout: 180_000 },
  );
}
