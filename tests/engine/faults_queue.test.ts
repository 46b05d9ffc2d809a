// The queue delivers twice and out of order, ticks meet, and leases end under living workers.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ledger } from '../support/campaign.ts';
import { engines } from '../support/platform.ts';
import { headerValue } from '../support/ses/index.ts';
import { DAY, MINUTE, assertAccounted, batchIds, batchMessage, holdQueue, sends, startRun, startSending, tickAndSettle } from '../support/sending.ts';

for (const engine of engines) {
  test(`${engine}: queues and ticks`, async (t) => {
    await using sending = await startSending({ engine, vars: { SEND_BATCH_SIZE: '2', LEASE_SECONDS: '60' } });
    const { platform, ses } = sending;

    await t.test('messages delivered twice and in reverse', async () => {
      await holdQueue(sending);
      const { sequence } = await startRun(platform, 9);
      await platform.cron();
      const messages = (await batchIds(platform, sequence)).map((batch) => batchMessage(platform, batch));
      assert.equal(messages.length, 5);
      await platform.enqueue('SENDS', ...messages.toReversed(), ...messages, ...messages.toReversed());
      ses.faults.release();
      await assertAccounted(sending, sequence, { planned: 9, sent: 9 });
      await platform.enqueue('SENDS', ...messages);
      const last = await startRun(platform, 1);
      await tickAndSettle(platform, last.sequence);
      await assertAccounted(sending, sequence, { planned: 9, sent: 9 });
    });

    await t.test('a message that is no batch, or of nobody, does no harm', async () => {
      const { sequence } = await startRun(platform, 1);
      const nobody = '01900000-0000-7000-8000-0000000000ff';
      await platform.enqueue('SENDS', 'not json', '{}', JSON.stringify({ tenant_id: nobody, batch_id: nobody }), batchMessage(platform, nobody));
      await platform.cron();
      await assertAccounted(sending, sequence, { planned: 1, sent: 1 });
    });

    await t.test('ticks at once plan each step once', async () => {
      const { sequence } = await startRun(platform, 12);
      await Promise.all([platform.cron(), platform.cron(), platform.cron()]);
      await tickAndSettle(platform, sequence);
      await platform.clock.advance(20 * MINUTE);
      await tickAndSettle(platform, sequence);
      await assertAccounted(sending, sequence, { planned: 12, sent: 12 });
    });

    await t.test('a lease that ends while its worker lives: parked, and settled by the late save', async () => {
      const { sequence } = await startRun(platform, 2);
      ses.faults.set({ hang: { count: 1 } });
      await platform.cron();
      await ses.faults.waitForHanging(1);
      await platform.clock.advance(2 * MINUTE);
      await platform.cron();
      assert.equal((await ledger(platform, sequence)).unknown, 2, 'parked when the lease has ended');
      await platform.clock.advance(30 * MINUTE);
      await platform.cron();
      ses.faults.release();
      const last = await startRun(platform, 1);
      await tickAndSettle(platform, last.sequence);
      await assertAccounted(sending, sequence, { planned: 2, sent: 2, unknown: 0 });
      const people = await platform.sql<{ total_emails_sent: number }>(
        'SELECT total_emails_sent FROM people WHERE id IN (SELECT person_id FROM send_log WHERE sequence_id = ?1)',
        sequence,
      );
      assert.deepEqual(people.map((person) => person.total_emails_sent), [1, 1]);
    });

    await t.test('a lease that ended before the hand-over is not handed over', async () => {
      // What a worker finds that was held up between its claim and the mark: its batch is somebody else's by then.
      await holdQueue(sending);
      const { sequence } = await startRun(platform, 2);
      await platform.cron();
      const now = await platform.clock.get();
      await platform.sql(
        "UPDATE send_batches SET status = 'leased', lease_token = 'another', lease_ends_at = ?2, check_at = ?2 WHERE sequence_id = ?1",
        sequence,
        now + MINUTE,
      );
      ses.faults.release();
      const last = await startRun(platform, 1);
      await tickAndSettle(platform, last.sequence);
      assert.equal((await ledger(platform, sequence)).pending, 2);
      await platform.clock.advance(20 * MINUTE);
      await platform.cron();
      await assertAccounted(sending, sequence, { planned: 2, sent: 2 });
    });

    await t.test('somebody unsubscribes while the next email is queued', async () => {
      const { sequence, people } = await startRun(platform, 2, [{ day_offset: 1 }, { day_offset: 2 }]);
      await tickAndSettle(platform, sequence);
      await holdQueue(sending);
      await platform.clock.advance(2 * DAY);
      await platform.cron();
      assert.equal((await ledger(platform, sequence)).pending, 2);
      const leaving = people[0]!;
      const [first] = ses.mailbox.byRecipient(leaving.email);
      const url = /<(https?:[^>]+)>/.exec(headerValue(first!, 'List-Unsubscribe') ?? '')![1]!;
      const answer = await platform.fetch(new URL(url).pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'List-Unsubscribe=One-Click',
      });
      assert.equal(answer.status, 200);
      ses.faults.release();
      await assertAccounted(sending, sequence, { planned: 4, sent: 3, skipped: 1 });
      assert.equal(ses.mailbox.byRecipient(leaving.email).length, 1);
      const skipped = (await sends(platform, sequence)).filter(({ status }) => status === 'skipped');
      assert.deepEqual(
        skipped.map((send) => [send.person_id, send.failure_reason]),
        [[leaving.id, 'suppressed:unsubscribed']],
      );
    });
  });
}
