// The runtime is killed at each point of a send's way. What was not handed over goes out later; what was is never sent again.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ledger } from '../support/campaign.ts';
import { engines } from '../support/platform.ts';
import { PAST_EVERY_LEASE, assertAccounted, batchIds, batchMessage, holdQueue, startRun, startSending, tickAndSettle } from '../support/sending.ts';
import { until } from '../support/wait.ts';

for (const engine of engines) {
  test(`${engine}: killed runtimes`, async (t) => {
    await using sending = await startSending({ engine, vars: { SEND_BATCH_SIZE: '2', LEASE_SECONDS: '60' } });
    const { platform, ses } = sending;

    await t.test('before the claim: the lost message is missed and sent anew', async () => {
      const decoy = await holdQueue(sending);
      const { sequence } = await startRun(platform, 5);
      await platform.cron();
      await platform.kill();
      ses.faults.release();
      assert.equal((await ledger(platform, sequence)).pending, 5);
      assert.equal(ses.mailbox.count, 1, 'only the decoy has gone out');
      await platform.cron();
      assert.equal((await ledger(platform, sequence)).pending, 5, 'a message is not given up before its time');
      await platform.clock.advance(PAST_EVERY_LEASE);
      await platform.cron();
      await assertAccounted(sending, sequence, { planned: 5, sent: 5 });
      await assertAccounted(sending, decoy.sequence, { planned: 1, unknown: 1 });
    });

    await t.test('after the claim: a dead lease is released and its sends go out', async () => {
      await holdQueue(sending);
      const { sequence } = await startRun(platform, 3);
      await platform.cron();
      await platform.kill();
      ses.faults.release();
      const now = await platform.clock.get();
      await platform.sql(
        "UPDATE send_batches SET status = 'leased', lease_token = 'of-the-dead', lease_ends_at = ?2, check_at = ?2, attempts = 1 WHERE sequence_id = ?1",
        sequence,
        now + 60_000,
      );
      const before = ses.mailbox.count;
      for (const batch of await batchIds(platform, sequence)) await platform.enqueue('SENDS', batchMessage(platform, batch));
      await platform.cron();
      assert.equal((await ledger(platform, sequence)).pending, 3, 'a lease that has not ended is respected');
      assert.equal(ses.mailbox.count, before);
      await platform.clock.advance(PAST_EVERY_LEASE);
      await platform.cron();
      await assertAccounted(sending, sequence, { planned: 3, sent: 3 });
    });

    await t.test('after the provider accepted: parked as unknown, never sent again', async () => {
      const { sequence } = await startRun(platform, 4);
      let killed: Promise<void> | undefined;
      ses.onAccepted = () => {
        killed ??= platform.kill();
      };
      // The runtime dies under the tick or after it, as the queue's consumer is quick or slow.
      await platform.cron().catch(() => {});
      await until(() => killed !== undefined, { what: 'the runtime was killed' });
      await killed;
      ses.onAccepted = undefined;
      const accepted = ses.mailbox.all().filter(({ tags }) => tags['send_id']).length;
      for (let tick = 0; tick < 3; tick++) {
        await platform.clock.advance(PAST_EVERY_LEASE);
        await platform.cron();
      }
      const total = await until(
        async () => {
          const total = await ledger(platform, sequence);
          return total.pending === 0 && total;
        },
        { what: 'nothing is pending' },
      );
      assert.ok(total.unknown >= 2, JSON.stringify(total));
      assert.ok(accepted >= 2);
      await assertAccounted(sending, sequence, { planned: 4, unknown: total.unknown, sent: 4 - total.unknown });
      const [row] = await platform.data('GET', `/api/v1/sequences/${sequence}/sends?status=unknown`);
      assert.match(row.failure_reason, /^outcome_unknown: /);
    });

    await t.test('after the save: the same messages again change nothing', async () => {
      const decoy = await holdQueue(sending);
      const { sequence } = await startRun(platform, 3);
      await platform.cron();
      const batches = await batchIds(platform, sequence);
      assert.equal(batches.length, 2);
      ses.faults.release();
      await assertAccounted(sending, sequence, { sent: 3 });
      await platform.kill();
      await platform.enqueue('SENDS', ...batches.map((batch) => batchMessage(platform, batch)));
      await platform.clock.advance(PAST_EVERY_LEASE);
      await tickAndSettle(platform, sequence);
      // Messages keep their order, so once this run has gone out the repeated ones have been looked at.
      const last = await startRun(platform, 1);
      await platform.cron();
      await assertAccounted(sending, last.sequence, { sent: 1 });
      await assertAccounted(sending, sequence, { planned: 3, sent: 3 });
      await assertAccounted(sending, decoy.sequence, { sent: 1 });
    });
  });
}
