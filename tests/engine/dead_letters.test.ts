// What cannot be done ends as failed with the reason, and can be replayed; what nobody knows is settled by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ledger } from '../support/campaign.ts';
import { engines } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { HOUR, MINUTE, PAST_EVERY_LEASE, assertAccounted, holdQueue, sends, startRun, startSending, tickAndSettle } from '../support/sending.ts';
import { until } from '../support/wait.ts';

/** The dispatcher cannot read this, as if a step had been written by a newer version of the platform. */
async function poison(platform: Platform, sequence: string): Promise<void> {
  await platform.sql('UPDATE campaign_steps SET conditions = ?2 WHERE sequence_id = ?1', sequence, '{"not_known_here": true}');
}

async function heal(platform: Platform, sequence: string): Promise<void> {
  await platform.sql('UPDATE campaign_steps SET conditions = NULL WHERE sequence_id = ?1', sequence);
}

for (const engine of engines) {
  test(`${engine}: dead letters`, async (t) => {
    await using sending = await startSending({ engine, vars: { SEND_BATCH_SIZE: '2', LEASE_SECONDS: '60', SEND_ATTEMPTS: '3' } });
    const { platform, ses } = sending;

    await t.test('a batch that cannot be dispatched fails with the reason, alone, and a replay sends it', async () => {
      await holdQueue(sending);
      const poisoned = await startRun(platform, 3);
      const healthy = await startRun(platform, 3);
      await platform.cron();
      await poison(platform, poisoned.sequence);
      ses.faults.release();
      // The dead-letter queue's consumer waits for its batch to fill; in tests it does not.
      await assertAccounted(sending, poisoned.sequence, { planned: 3, failed: 3 });
      for (const row of await sends(platform, poisoned.sequence)) assert.match(row.failure_reason, /^dead_letter: /);
      await assertAccounted(sending, healthy.sequence, { planned: 3, sent: 3 });
      await heal(platform, poisoned.sequence);
      const letters = await platform.data('GET', '/api/v1/dead-letters?filter[queue]=sends&filter[status]=open');
      assert.deepEqual(letters.map(({ what }: { what: string }) => what).sort(), ['1 email that was to be handed over', '2 emails that were to be handed over']);
      assert.deepEqual(await platform.data('POST', '/api/v1/dead-letters/replay', { queue: 'sends' }), { replayed: 2, more: false });
      await assertAccounted(sending, poisoned.sequence, { planned: 3, sent: 3, failed: 0 });
      assert.deepEqual(await platform.data('POST', `/api/v1/sequences/${poisoned.sequence}/replay`, {}), { replayed: 0 });
    });

    await t.test('workers that die again and again before hand-over: given up with the reason', async () => {
      await holdQueue(sending);
      const { sequence } = await startRun(platform, 2);
      await platform.cron();
      for (let death = 1; death <= 3; death++) {
        const now = await platform.clock.get();
        await platform.sql(
          "UPDATE send_batches SET status = 'leased', lease_token = 'of-the-dead', lease_ends_at = ?2, check_at = ?2, attempts = attempts + 1 WHERE sequence_id = ?1",
          sequence,
          now + MINUTE,
        );
        await platform.clock.advance(PAST_EVERY_LEASE);
        await platform.cron();
        assert.equal((await ledger(platform, sequence)).pending, death < 3 ? 2 : 0);
      }
      for (const row of await sends(platform, sequence)) assert.equal(row.failure_reason, 'gave up after 3 attempts: the worker ended before hand-over');
      ses.faults.release();
      await assertAccounted(sending, sequence, { planned: 2, failed: 2 });
    });

    await t.test('a replay of some leaves the others, asks the gate, and is refused for other sequences', async () => {
      const run = await startRun(platform, 3);
      ses.faults.set({ refuse: { code: 'BadRequestException' } });
      await tickAndSettle(platform, run.sequence);
      ses.faults.clear();
      const rows = await sends(platform, run.sequence);
      await platform.data('POST', '/api/v1/suppressions', { address: run.people.find(({ id }) => id === rows[1].person_id)!.email });
      const send_ids = [rows[0].id, rows[1].id];
      const other = await startRun(platform, 1);
      assert.deepEqual(await platform.data('POST', `/api/v1/sequences/${other.sequence}/replay`, { send_ids }), { replayed: 0 });
      assert.deepEqual(await platform.data('POST', `/api/v1/sequences/${run.sequence}/replay`, { send_ids }), { replayed: 2 });
      await assertAccounted(sending, run.sequence, { planned: 3, sent: 1, skipped: 1, failed: 1 });
    });

    await t.test('replays at once send each only once', async () => {
      const run = await startRun(platform, 4);
      ses.faults.set({ refuse: { code: 'BadRequestException' } });
      assert.equal((await tickAndSettle(platform, run.sequence)).failed, 4);
      ses.faults.clear();
      const replays = await Promise.all([1, 2, 3].map(() => platform.data('POST', `/api/v1/sequences/${run.sequence}/replay`, {})));
      assert.equal(replays.reduce((sum, { replayed }) => sum + replayed, 0), 4);
      const total = await until(async () => {
        const total = await ledger(platform, run.sequence);
        return total.pending === 0 && total;
      }, { what: 'the replays are through' });
      assert.equal(total.sent, 4);
      await platform.clock.advance(PAST_EVERY_LEASE);
      await platform.cron();
      await until(async () => (await platform.sql('SELECT id FROM send_batches WHERE sequence_id = ?1', run.sequence)).length === 0, { what: 'empty batches are gone' });
      await assertAccounted(sending, run.sequence, { planned: 4, sent: 4 });
    });

    await t.test('an unknown outcome is settled by hand, once', async () => {
      const run = await startRun(platform, 2);
      ses.faults.set({ fail_after_accept: { how: 'destroy', count: 1 } });
      await tickAndSettle(platform, run.sequence);
      const [first, second] = await sends(platform, run.sequence);
      assert.deepEqual(await platform.data('POST', `/api/v1/sequences/${run.sequence}/replay`, {}), { replayed: 0 });
      await platform.clock.advance(HOUR);
      const sent = await platform.data('POST', `/api/v1/sends/${first.id}/settle`, { status: 'sent' });
      assert.deepEqual([sent.status, sent.failure_reason], ['sent', null]);
      assert.ok(sent.sent_at);
      const failed = await platform.data('POST', `/api/v1/sends/${second.id}/settle`, { status: 'failed' });
      assert.deepEqual([failed.status, failed.failure_reason], ['failed', 'settled_by_hand: not accepted']);
      assert.equal((await platform.api('POST', `/api/v1/sends/${first.id}/settle`, { status: 'failed' })).status, 409);
      assert.equal((await platform.api('POST', `/api/v1/sends/${first.id}/settle`, { status: 'pending' })).status, 422);
      await assertAccounted(sending, run.sequence, { planned: 2, sent: 1, failed: 1, unknown: 0 });
    });
  });
}
