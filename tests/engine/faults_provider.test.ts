// The provider is slow, refuses, throttles, and fails after it has accepted.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ledger } from '../support/campaign.ts';
import { engines } from '../support/platform.ts';
import { MINUTE, PAST_EVERY_LEASE, SECOND, assertAccounted, sends, startRun, startSending, tickAndSettle } from '../support/sending.ts';
import { until } from '../support/wait.ts';

for (const engine of engines) {
  test(`${engine}: providers`, async (t) => {
    await using sending = await startSending({ engine, vars: { PROVIDER_TIMEOUT_SECONDS: '1', SEND_ATTEMPTS: '3' } });
    const { platform, ses } = sending;

    await t.test('slow: waited for', async () => {
      const { sequence } = await startRun(platform, 3);
      ses.faults.set({ latency_ms: 300 });
      await tickAndSettle(platform, sequence);
      ses.faults.clear();
      await assertAccounted(sending, sequence, { planned: 3, sent: 3 });
    });

    await t.test('too slow: whether it was accepted is unknown, and it is not sent again', async () => {
      const { sequence } = await startRun(platform, 2);
      ses.faults.set({ hang: { count: 1 } });
      await tickAndSettle(platform, sequence);
      ses.faults.release();
      await platform.clock.advance(PAST_EVERY_LEASE);
      await tickAndSettle(platform, sequence);
      await assertAccounted(sending, sequence, { planned: 2, unknown: 2 });
      assert.equal(ses.faults.hanging, 0);
    });

    for (const [name, fault] of [
      ['a 500', { how: 'status' }],
      ['a broken connection', { how: 'destroy' }],
    ] as const) {
      await t.test(`${name} after acceptance: unknown, never sent again`, async () => {
        const { sequence, people } = await startRun(platform, 3);
        ses.faults.set({ fail_after_accept: { ...fault, count: 1 } });
        await tickAndSettle(platform, sequence);
        for (let tick = 0; tick < 2; tick++) {
          await platform.clock.advance(PAST_EVERY_LEASE);
          await tickAndSettle(platform, sequence);
        }
        await assertAccounted(sending, sequence, { planned: 3, unknown: 3 });
        for (const { email } of people) assert.equal(ses.mailbox.byRecipient(email).length, 1);
        for (const row of await sends(platform, sequence)) assert.match(row.failure_reason, /^outcome_unknown: /);
      });
    }

    await t.test('some recipients refused: those fail with the reason, the others are sent', async () => {
      const { sequence, people } = await startRun(platform, 4);
      ses.faults.set({ reject_recipients: [{ pattern: `^${people[1]!.email}$`, status: 'MESSAGE_REJECTED', error: 'Not that one.' }] });
      await tickAndSettle(platform, sequence);
      ses.faults.clear();
      await assertAccounted(sending, sequence, { planned: 4, sent: 3, failed: 1 });
      const [failed] = await platform.data('GET', `/api/v1/sequences/${sequence}/sends?status=failed`);
      assert.equal(failed.person_id, people[1]!.id);
      assert.equal(failed.failure_reason, 'MESSAGE_REJECTED: Not that one.');
    });

    await t.test('the whole call refused: every one fails with the reason', async () => {
      const { sequence } = await startRun(platform, 2);
      ses.faults.set({ refuse: { code: 'BadRequestException', count: 1 } });
      await tickAndSettle(platform, sequence);
      await assertAccounted(sending, sequence, { planned: 2, failed: 2 });
      for (const row of await sends(platform, sequence)) assert.equal(row.failure_reason, '400 BadRequestException');
    });

    await t.test('some recipients put off: only those are tried again', async () => {
      const { sequence } = await startRun(platform, 6);
      ses.faults.set({ transient: { every: 2, count: 3 } });
      await tickAndSettle(platform, sequence);
      await assertAccounted(sending, sequence, { planned: 6, sent: 6 });
    });

    await t.test('429 for a while: sent when it is over', async () => {
      const { sequence } = await startRun(platform, 3);
      ses.faults.set({ throttle: { count: 2 } });
      await tickAndSettle(platform, sequence);
      await assertAccounted(sending, sequence, { planned: 3, sent: 3 });
    });

    await t.test('429 with Retry-After: left alone for that long, then sent', async () => {
      const { sequence } = await startRun(platform, 3);
      const requests = ses.stats.requests;
      ses.faults.set({ throttle: { count: 1, retry_after_s: 900 } });
      const before = await platform.clock.get();
      await platform.cron();
      const waiting = await until(
        async () => {
          const [batch] = await platform.sql<{ status: string; status_reason: string; not_before: number; attempts: number }>(
            'SELECT status, status_reason, not_before, attempts FROM send_batches WHERE sequence_id = ?1',
            sequence,
          );
          return batch?.status_reason && batch;
        },
        { what: 'the batch waits' },
      );
      assert.ok(waiting.not_before >= before + 900 * SECOND);
      assert.match(waiting.status_reason, /^429 TooManyRequestsException/);
      assert.equal(waiting.attempts, 1);
      await platform.clock.advance(14 * MINUTE);
      await platform.cron();
      const other = await startRun(platform, 1);
      await tickAndSettle(platform, other.sequence);
      assert.equal((await ledger(platform, sequence)).pending, 3);
      assert.equal(ses.stats.requests, requests + 2, 'nothing but the other run was handed over');
      await platform.clock.advance(20 * MINUTE);
      await platform.cron();
      await assertAccounted(sending, sequence, { planned: 3, sent: 3 });
    });

    await t.test('429 without end: given up with the reason; a replay sends each once', async () => {
      const { sequence } = await startRun(platform, 3);
      ses.faults.set({ throttle: {} });
      await tickAndSettle(platform, sequence);
      await assertAccounted(sending, sequence, { planned: 3, failed: 3 });
      for (const row of await sends(platform, sequence)) assert.equal(row.failure_reason, 'gave up after 3 attempts: 429 TooManyRequestsException');
      ses.faults.clear();
      assert.deepEqual(await platform.data('POST', `/api/v1/sequences/${sequence}/replay`, {}), { replayed: 3 });
      await assertAccounted(sending, sequence, { planned: 3, sent: 3, failed: 0 });
      assert.deepEqual(await platform.data('POST', `/api/v1/sequences/${sequence}/replay`, {}), { replayed: 0 });
    });
  });
}
