// Daylight-saving changes inside a sending window, in New York: on 2026-03-08 two o'clock is three, on 2026-11-01 one o'clock comes twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { assertAccounted, startRunByItsWindow, startSending, tickAndSettle } from '../support/sending.ts';

const NEW_YORK = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });

const CASES = [
  { name: 'spring: the window loses an hour', from: '2026-03-06T05:30:00Z', window: ['01:30', '03:30'], dates: ['2026-03-06', '2026-03-07', '2026-03-08', '2026-03-09'] },
  { name: 'spring: the window does not exist on that day', from: '2026-03-06T05:30:00Z', window: ['02:00', '03:00'], dates: ['2026-03-06', '2026-03-07', '2026-03-09', '2026-03-10'] },
  { name: 'autumn: the window has an hour twice', from: '2026-10-30T04:30:00Z', window: ['01:00', '02:00'], dates: ['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-02'] },
  { name: 'autumn: office hours stay where the clock says', from: '2026-10-30T04:30:00Z', window: ['09:00', '09:30'], dates: ['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-02'] },
];

for (const engine of engines) {
  test(`${engine}: daylight saving`, async (t) => {
    await using sending = await startSending({ engine });
    const { platform } = sending;
    for (const { name, from, window, dates } of CASES) {
      await t.test(name, async () => {
        await platform.clock.set(from);
        const [start, end] = window as [string, string];
        const steps = [1, 2, 3, 4].map((day) => ({ day_offset: day, send_window: { start, end } }));
        const { sequence, people } = await startRunByItsWindow(platform, 4, steps);
        await runByTheClock(platform, sequence);
        await assertAccounted(sending, sequence, { planned: 16, sent: 16 });
        const sent = await platform.sql<{ person_id: string; sent_at: number }>('SELECT person_id, sent_at FROM send_log WHERE sequence_id = ?1 ORDER BY sent_at', sequence);
        for (const person of people) {
          const local = sent.filter(({ person_id }) => person_id === person.id).map(({ sent_at }) => NEW_YORK.format(sent_at).split(', ') as [string, string]);
          assert.deepEqual(local.map(([date]) => date), dates);
          for (const [date, time] of local) assert.ok(time >= start && time < end, `${date} ${time}`);
        }
      });
    }
  });
}

/** Sets the clock to each next due moment until nobody is under way. */
async function runByTheClock(platform: Platform, sequence: string): Promise<void> {
  for (let round = 0; round < 60; round++) {
    const [next] = await platform.sql<{ at: number | null }>('SELECT MIN(next_send_at) AS at FROM enrolments WHERE sequence_id = ?1', sequence);
    if (next?.at == null) return;
    if (next.at > (await platform.clock.get())) await platform.clock.set(next.at);
    await tickAndSettle(platform, sequence);
  }
  throw new Error('the sequence does not end');
}
