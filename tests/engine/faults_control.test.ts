// People at the controls while a sequence runs: paused and resumed without end, edited under way.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALWAYS_OPEN, ledger, numbered } from '../support/campaign.ts';
import type { StepInput } from '../support/campaign.ts';
import { engines } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { DAY, HOUR, MINUTE, PAST_EVERY_LEASE, assertAccounted, batchIds, batchMessage, dueNow, enrolCommunity, holdQueue, sends, settledLedger, startRun, startSending, tickAndSettle } from '../support/sending.ts';
import type { Run } from '../support/sending.ts';
import { until } from '../support/wait.ts';

const STEPS = [1, 2, 3].map((day) => ({ day_offset: day, campaign_id: `C-${day}` }));
/** A step comes in before the second, the third goes, a fourth comes. */
const EDITED = [
  { day_offset: 1, campaign_id: 'C-1' },
  { day_offset: 2, campaign_id: 'NEW-2' },
  { day_offset: 3, campaign_id: 'C-2' },
  { day_offset: 4, campaign_id: 'NEW-4' },
];

for (const engine of engines) {
  test(`${engine}: controls`, async (t) => {
    await using sending = await startSending({ engine, vars: { SEND_BATCH_SIZE: '5' } });
    const { platform, ses } = sending;

    await t.test('paused and resumed a hundred times during a run', async () => {
      const { sequence } = await startRun(platform, 40, [{ day_offset: 1 }, { day_offset: 1 }]);
      for (let round = 0; round < 100; round++) {
        const ticking = round % 10 === 0 ? platform.cron() : undefined;
        await platform.data('POST', `/api/v1/sequences/${sequence}/pause`);
        if (round % 10 === 5) {
          // Messages that reach the dispatcher while the sequence is held.
          const messages = (await batchIds(platform, sequence)).map((batch) => batchMessage(platform, batch));
          if (messages.length > 0) await platform.enqueue('SENDS', ...messages);
          await platform.cron();
        }
        await platform.data('POST', `/api/v1/sequences/${sequence}/resume`);
        await ticking;
      }
      await dueNow(platform, sequence);
      await platform.cron();
      await platform.clock.advance(2 * HOUR);
      await tickAndSettle(platform, sequence);
      await assertAccounted(sending, sequence, { planned: 80, sent: 80 });
    });

    await t.test('while paused nothing is planned or handed over', async () => {
      const { sequence } = await startRun(platform, 2);
      await platform.data('POST', `/api/v1/sequences/${sequence}/pause`);
      await platform.clock.advance(DAY);
      await platform.cron();
      await assertAccounted(sending, sequence, { planned: 0 });
      await platform.data('POST', `/api/v1/sequences/${sequence}/resume`);
      await tickAndSettle(platform, sequence);
      await assertAccounted(sending, sequence, { planned: 2, sent: 2 });
    });

    await t.test('switched off, what is under way is held back and nothing is planned; switched on, all of it goes', async () => {
      const decoy = await holdQueue(sending);
      const queued = await startRun(platform, 3);
      await platform.cron();
      await platform.data('PUT', '/api/v1/feature-flags/sending', { is_on: false });
      ses.faults.release();
      const held = () => platform.sql("SELECT id FROM send_batches WHERE sequence_id = ?1 AND status_reason = 'switched_off'", queued.sequence);
      await until(async () => (await held()).length === 1, { what: 'the gate holds the batch back' });
      const later = await startRun(platform, 2);
      await platform.clock.advance(DAY);
      await platform.cron();
      assert.equal((await held()).length, 1);
      assert.equal((await ledger(platform, queued.sequence)).pending, 3);
      await assertAccounted(sending, later.sequence, { planned: 0 });
      // A message that comes again meanwhile changes nothing.
      await platform.enqueue('SENDS', ...(await batchIds(platform, queued.sequence)).map((batch) => batchMessage(platform, batch)));
      await settledLedger(platform, decoy.sequence);
      const leased = () => platform.sql("SELECT id FROM send_batches WHERE sequence_id = ?1 AND status = 'leased'", queued.sequence);
      await until(async () => (await leased()).length === 0, { what: 'nobody holds the batch' });
      assert.equal((await ledger(platform, queued.sequence)).pending, 3);

      await platform.data('DELETE', '/api/v1/feature-flags/sending');
      await platform.clock.advance(2 * MINUTE);
      await tickAndSettle(platform, queued.sequence);
      await assertAccounted(sending, queued.sequence, { planned: 3, sent: 3 });
      await assertAccounted(sending, later.sequence, { planned: 2, sent: 2 });
    });

    await t.test('edited under way, `finish`: those under way stay on their version, new ones get the new one', async () => {
      const run = await startRun(platform, 3, STEPS);
      await tickAndSettle(platform, run.sequence);
      await publish(platform, run.sequence, EDITED, 'finish');
      await toTheEnd(platform, run.sequence);
      for (const person of run.people) assert.deepEqual(await campaignsOf(platform, run, person.id), ['C-1', 'C-2', 'C-3']);
      const later = await startRun(platform, 1);
      await enrolCommunity(platform, run.sequence, later.communityId);
      await toTheEnd(platform, run.sequence);
      assert.deepEqual(await campaignsOf(platform, run, later.people[0]!.id), ['C-1', 'NEW-2', 'C-2', 'NEW-4']);
      await assertAccounted(sending, run.sequence, { planned: 13, sent: 13 });
    });

    await t.test('edited under way, `move`: they go on at the same step, and nobody gets a step twice', async () => {
      const run = await startRun(platform, 3, STEPS);
      await tickAndSettle(platform, run.sequence);
      await publish(platform, run.sequence, EDITED, 'move');
      await toTheEnd(platform, run.sequence);
      for (const person of run.people) assert.deepEqual(await campaignsOf(platform, run, person.id), ['C-1', 'C-2', 'NEW-4']);
      await assertAccounted(sending, run.sequence, { planned: 9, sent: 9 });
    });

    await t.test('moved to a version whose steps come in another order', async () => {
      const run = await startRun(platform, 2, STEPS);
      await tickAndSettle(platform, run.sequence);
      const turned = [
        { day_offset: 1, campaign_id: 'C-2' },
        { day_offset: 2, campaign_id: 'C-1' },
        { day_offset: 3, campaign_id: 'C-3' },
      ];
      await publish(platform, run.sequence, turned, 'move');
      await toTheEnd(platform, run.sequence);
      for (const person of run.people) assert.deepEqual(await campaignsOf(platform, run, person.id), ['C-1', 'C-2', 'C-3']);
      await assertAccounted(sending, run.sequence, { planned: 6, sent: 6 });
    });

    await t.test('edited again and again, while its sends are under way', async () => {
      const run = await startRun(platform, 6, STEPS);
      for (let edit = 0; edit < 4; edit++) {
        const ticking = platform.cron();
        await publish(platform, run.sequence, [...STEPS, { day_offset: 4 + edit, campaign_id: `X-${edit}` }], 'move');
        await ticking;
        await platform.clock.advance(DAY / 2);
      }
      await toTheEnd(platform, run.sequence);
      for (const person of run.people) {
        const got = await campaignsOf(platform, run, person.id);
        assert.deepEqual(got, ['C-1', 'C-2', 'C-3', 'X-3']);
      }
      await assertAccounted(sending, run.sequence, { planned: 24, sent: 24 });
    });

    await t.test('archived while sends are queued: they are skipped with the reason, and nothing more is planned', async () => {
      await holdQueue(sending);
      const run = await startRun(platform, 2, STEPS);
      await platform.cron();
      await platform.data('POST', `/api/v1/sequences/${run.sequence}/archive`);
      ses.faults.release();
      // The clock moves once they are settled: a lease that ends under a delivery waits for another tick.
      await assertAccounted(sending, run.sequence, { planned: 2, skipped: 2 });
      await platform.clock.advance(5 * DAY);
      await platform.cron();
      await assertAccounted(sending, run.sequence, { planned: 2, skipped: 2 });
      for (const row of await sends(platform, run.sequence)) assert.equal(row.failure_reason, 'enrolment_stopped');
    });
  });
}

async function publish(platform: Platform, sequence: string, steps: StepInput[], underWay: 'finish' | 'move'): Promise<void> {
  const { latest_version } = await platform.data('POST', `/api/v1/sequences/${sequence}/versions`, {
    send_window: ALWAYS_OPEN,
    enrolments_under_way: underWay,
    steps: numbered(steps),
  });
  await platform.data('POST', `/api/v1/sequences/${sequence}/versions/${latest_version}/publish`);
}

async function toTheEnd(platform: Platform, sequence: string): Promise<void> {
  for (let day = 0; day < 12; day++) {
    await tickAndSettle(platform, sequence);
    const under = await platform.data('GET', `/api/v1/sequences/${sequence}/enrolments?status=active&limit=1`);
    if (under.length === 0) return;
    await platform.clock.advance(DAY + PAST_EVERY_LEASE);
  }
  throw new Error('the sequence does not end');
}

/** The campaigns a person was sent, in order. */
async function campaignsOf(platform: Platform, run: Run, personId: string): Promise<string[]> {
  const rows = await platform.sql<{ id: string; campaign_id: string }>(
    'SELECT DISTINCT id, campaign_id FROM campaign_steps WHERE sequence_id = ?1',
    run.sequence,
  );
  const names = new Map(rows.map((row) => [row.id, row.campaign_id]));
  const sent = await platform.sql<{ campaign_step_id: string }>(
    "SELECT campaign_step_id FROM send_log WHERE sequence_id = ?1 AND person_id = ?2 AND status = 'sent' ORDER BY planned_at, step_number",
    run.sequence,
    personId,
  );
  return sent.map(({ campaign_step_id }) => names.get(campaign_step_id)!);
}
