// Scores on the real runtime: what happens reaches them through the queue, and the tick lets them decay.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import { counted, mailOf, visit } from '../support/reading.ts';
import { DAY, HOUR, startRun, tickAndSettle } from '../support/sending.ts';
import { until } from '../support/wait.ts';

for (const engine of engines) {
  test(`${engine}: scores`, async (t) => {
    await using platform = await startPlatform({ engine });
    const run = await startRun(platform, 1);
    const business = () => platform.data('GET', `/api/v1/businesses/${run.businessId}`);
    const lead = async () => (await platform.data('GET', `/api/v1/businesses/${run.businessId}/scores`)).scores[0];

    await t.test('a click in an email counts', async () => {
      await tickAndSettle(platform, run.sequence);
      assert.equal((await business()).lead_score, 0, 'what we send counts for nothing');
      await platform.clock.advance(HOUR);
      const mail = (await mailOf(platform, run.people[0]!.email))[0]!;
      await visit(platform, mail.clicks[0]!);
      await counted(platform, mail.sendId, 0, 1);
      await until(async () => (await business()).lead_score > 0, { what: 'the click counts' });
      const { contributions, value } = await lead();
      assert.deepEqual(contributions.map(({ reason }: { reason: string }) => reason), ['email_clicked']);
      assert.equal((await business()).lead_score, value);
      assert.ok((await business()).warmness > value, 'who just clicked is warmer than promising');
    });

    await t.test('what is reported counts soon', async () => {
      await platform.data('POST', `/api/v1/businesses/${run.businessId}/activities`, { type: 'appointment_booked' });
      await until(async () => (await business()).lead_score >= 30, { what: 'the appointment counts' });
    });

    await t.test('all of it decays, tick by tick', async () => {
      const before = (await business()).lead_score;
      await platform.clock.advance(60 * DAY);
      await platform.cron();
      const after = (await business()).lead_score;
      assert.ok(after < before && after >= 14, `${before} -> ${after}`);
      await platform.clock.advance(2_000 * DAY);
      await platform.cron();
      assert.equal((await business()).lead_score, 0);
      const [waiting] = await platform.sql<{ n: number }>('SELECT COUNT(*) AS n FROM business_scores WHERE next_at IS NOT NULL');
      assert.equal(waiting!.n, 0, 'nothing is left to calculate');
    });
  });
}
