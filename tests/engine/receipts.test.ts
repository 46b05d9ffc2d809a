// What the provider tells afterwards, signed by SNS: in any order, twice, in both spellings, and from impostors.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines } from '../support/platform.ts';
import type { EngineName, Platform } from '../support/platform.ts';
import { TOPIC_VALIDATED, bounceEvent, complaintEvent, deliveryEvent, rejectEvent, sendEvent, startSnsStandIn } from '../support/ses/index.ts';
import type { AcceptedMessage, SnsStandIn } from '../support/ses/index.ts';
import { DAY, PAST_EVERY_LEASE, assertAccounted, startRun, startSending, tickAndSettle } from '../support/sending.ts';
import type { Run, Sending } from '../support/sending.ts';
import { until } from '../support/wait.ts';

interface Receiving extends Sending {
  sns: SnsStandIn;
  webhook: string;
}

async function startReceiving(engine: EngineName): Promise<Receiving> {
  const sns = await startSnsStandIn({ retries: 0 });
  const sending = await startSending({ engine, vars: { SNS_TOPIC_ARNS: sns.topicArn, SNS_CERTIFICATE_ORIGIN: sns.url } });
  const webhook = `${sending.platform.url}/webhooks/ses`;
  sns.subscribeConfirmed(webhook);
  return {
    ...sending,
    sns,
    webhook,
    async [Symbol.asyncDispose]() {
      await sending[Symbol.asyncDispose]();
      await sns.close();
    },
  };
}

async function sent({ platform, ses }: Receiving, people = 1, steps = [{ day_offset: 1 }, { day_offset: 2 }]): Promise<{ run: Run; messages: AcceptedMessage[] }> {
  const run = await startRun(platform, people, steps);
  await tickAndSettle(platform, run.sequence);
  return { run, messages: run.people.map(({ email }) => ses.mailbox.byRecipient(email)[0]!) };
}

async function stored(platform: Platform, count: number): Promise<void> {
  await until(async () => (await platform.sql('SELECT id FROM provider_events')).length === count, { what: `${count} receipts are stored` });
}

const countStored = async (platform: Platform): Promise<number> => (await platform.sql('SELECT id FROM provider_events')).length;

async function sendOf(platform: Platform, run: Run, index = 0): Promise<any> {
  const [row] = await platform.data('GET', `/api/v1/sequences/${run.sequence}/sends?person_id=${run.people[index]!.id}&step=1`);
  return row;
}

async function enrolmentOf(platform: Platform, run: Run): Promise<any> {
  const [row] = await platform.data('GET', `/api/v1/sequences/${run.sequence}/enrolments`);
  return row;
}

async function suppressionsOf(platform: Platform, run: Run): Promise<string[]> {
  const rows = await platform.sql<{ reason: string }>('SELECT reason FROM suppressions WHERE address = ?1', run.people[0]!.email);
  return rows.map(({ reason }) => reason);
}

for (const engine of engines) {
  test(`${engine}: receipts`, async (t) => {
    await using receiving = await startReceiving(engine);
    const { platform, ses, sns, webhook } = receiving;

    for (const spelling of ['eventType', 'notificationType'] as const) {
      await t.test(`${spelling}: delivered, twice told`, async () => {
        const { run, messages } = await sent(receiving);
        const before = await countStored(platform);
        const at = Date.now() + 5_000;
        await sns.publish(deliveryEvent(messages[0]!, { spelling, at }), { copies: 2 });
        await stored(platform, before + 1);
        const send = await sendOf(platform, run);
        assert.equal(Date.parse(send.delivered_at), at);
        assert.equal(send.status, 'sent');
        assert.equal((await enrolmentOf(platform, run)).status, 'active');
      });

      await t.test(`${spelling}: bounced for good: suppressed, stopped, on the timeline`, async () => {
        const { run, messages } = await sent(receiving);
        const before = await countStored(platform);
        await sns.publish(bounceEvent(messages[0]!, { spelling }), { copies: 3 });
        await stored(platform, before + 1);
        const send = await sendOf(platform, run);
        assert.equal(send.status, 'sent');
        assert.ok(send.bounced_at);
        assert.equal(send.failure_reason, 'smtp; 550 5.1.1 user unknown');
        assert.deepEqual(await suppressionsOf(platform, run), ['bounced']);
        const enrolment = await enrolmentOf(platform, run);
        assert.deepEqual([enrolment.status, enrolment.status_reason], ['stopped', 'bounced']);
        const timeline = await platform.data('GET', `/api/v1/businesses/${run.businessId}/activities`);
        assert.deepEqual(timeline.map((entry: any) => entry.type).sort(), ['email_bounced', 'email_sent']);
        await platform.clock.advance(2 * DAY);
        await tickAndSettle(platform, run.sequence);
        await assertAccounted(receiving, run.sequence, { planned: 1, sent: 1 });
      });

      await t.test(`${spelling}: a bounce that passes suppresses nobody`, async () => {
        const { run, messages } = await sent(receiving);
        const before = await countStored(platform);
        await sns.publish(bounceEvent(messages[0]!, { spelling, bounceType: 'Transient' }));
        await stored(platform, before + 1);
        assert.equal((await sendOf(platform, run)).bounced_at, null);
        assert.deepEqual(await suppressionsOf(platform, run), []);
        assert.equal((await enrolmentOf(platform, run)).status, 'active');
      });

      await t.test(`${spelling}: complained`, async () => {
        const { run, messages } = await sent(receiving);
        const before = await countStored(platform);
        await sns.publish(complaintEvent(messages[0]!, { spelling }));
        await stored(platform, before + 1);
        assert.ok((await sendOf(platform, run)).complained_at);
        assert.deepEqual(await suppressionsOf(platform, run), ['complained']);
        assert.equal((await enrolmentOf(platform, run)).status_reason, 'complained');
        const [person] = await platform.sql<{ do_not_email: number }>('SELECT do_not_email FROM people WHERE id = ?1', run.people[0]!.id);
        assert.equal(person!.do_not_email, 1);
      });
    }

    await t.test('all of them, in any order, some twice, come to the same', async () => {
      for (const order of [[0, 1, 2, 3, 4], 'reverse', [2, 0, 2, 4, 1, 3, 0]] as const) {
        const { run, messages } = await sent(receiving);
        const before = await countStored(platform);
        const at = Date.now() + 10_000;
        const message = messages[0]!;
        const events = [
          sendEvent(message, { at }),
          bounceEvent(message, { at: at + 1, bounceType: 'Transient' }),
          deliveryEvent(message, { at: at + 2 }),
          bounceEvent(message, { at: at + 3 }),
          complaintEvent(message, { at: at + 4 }),
        ];
        await sns.publishMany(events, { order });
        await stored(platform, before + 5);
        const send = await sendOf(platform, run);
        assert.deepEqual([send.delivered_at, send.bounced_at, send.complained_at].map((moment) => Date.parse(moment) - at), [2, 3, 4]);
        assert.equal(send.status, 'sent');
        assert.equal((await suppressionsOf(platform, run)).length, 1);
        assert.equal((await enrolmentOf(platform, run)).status, 'stopped');
        const [person] = await platform.sql<{ total_emails_sent: number }>('SELECT total_emails_sent FROM people WHERE id = ?1', run.people[0]!.id);
        assert.equal(person!.total_emails_sent, 1);
      }
    });

    await t.test('an unknown outcome is reconciled by a receipt, and is not sent again', async () => {
      const run = await startRun(platform, 2);
      ses.faults.set({ fail_after_accept: { how: 'destroy', count: 1 } });
      await tickAndSettle(platform, run.sequence);
      await assertAccounted(receiving, run.sequence, { planned: 2, unknown: 2 });
      const before = await countStored(platform);
      const [first, second] = run.people.map(({ email }) => ses.mailbox.byRecipient(email)[0]!);
      await sns.publishMany([deliveryEvent(first!), bounceEvent(second!)]);
      await stored(platform, before + 2);
      await assertAccounted(receiving, run.sequence, { planned: 2, sent: 2, unknown: 0 });
      assert.equal((await sendOf(platform, run, 0)).provider_message_id, first!.messageId);
      assert.equal((await sendOf(platform, run, 0)).failure_reason, null);
      assert.ok((await sendOf(platform, run, 1)).bounced_at);
      await platform.clock.advance(PAST_EVERY_LEASE);
      await tickAndSettle(platform, run.sequence);
      await assertAccounted(receiving, run.sequence, { planned: 2, sent: 2 });
      const people = await platform.sql<{ total_emails_sent: number }>('SELECT total_emails_sent FROM people WHERE business_id = ?1', run.businessId);
      assert.deepEqual(people.map((person) => person.total_emails_sent), [1, 1]);
    });

    await t.test('a receipt that overtakes the save counts the send once', async () => {
      const run = await startRun(platform, 1);
      ses.faults.set({ hang: { count: 1 } });
      await platform.cron();
      await ses.faults.waitForHanging(1);
      const before = await countStored(platform);
      await sns.publish(deliveryEvent(ses.mailbox.byRecipient(run.people[0]!.email)[0]!));
      await stored(platform, before + 1);
      assert.equal((await sendOf(platform, run)).status, 'sent');
      ses.faults.release();
      const last = await startRun(platform, 1);
      await tickAndSettle(platform, last.sequence);
      await assertAccounted(receiving, run.sequence, { planned: 1, sent: 1 });
      const [person] = await platform.sql<{ total_emails_sent: number }>('SELECT total_emails_sent FROM people WHERE id = ?1', run.people[0]!.id);
      assert.equal(person!.total_emails_sent, 1);
    });

    await t.test('dropped by the provider after it took it', async () => {
      const { run, messages } = await sent(receiving);
      const before = await countStored(platform);
      await sns.publish(rejectEvent(messages[0]!, { reason: 'Bad content' }));
      await stored(platform, before + 1);
      assert.equal((await sendOf(platform, run)).failure_reason, 'rejected: Bad content');
      assert.deepEqual(await suppressionsOf(platform, run), []);
    });

    await t.test('of a message nobody knows: kept for the record, no harm', async () => {
      const { messages } = await sent(receiving);
      const before = await countStored(platform);
      const foreign = { ...messages[0]!, messageId: 'of-another-application', tags: {} };
      await sns.publish(bounceEvent(foreign as AcceptedMessage));
      await stored(platform, before + 1);
      assert.equal((await platform.sql("SELECT id FROM send_log WHERE provider_message_id = 'of-another-application'")).length, 0);
    });

    await t.test('an announcement is taken and means nothing; a subscription is confirmed', async () => {
      const before = await countStored(platform);
      const [announced] = await sns.publish(TOPIC_VALIDATED);
      assert.ok(announced!.delivered);
      const other = `${platform.url}/webhooks/ses?second`;
      await sns.subscribe(other);
      await sns.waitForConfirmation(other);
      assert.equal(await countStored(platform), before);
    });

    await t.test('impostors: 401, and nothing is stored', async () => {
      const { run, messages } = await sent(receiving);
      const before = await countStored(platform);
      const genuine = sns.notification(complaintEvent(messages[0]!));
      const foreign = await startSnsStandIn({ topicName: 'of-somebody-else' });
      try {
        const forged = [
          { ...genuine, Message: genuine.Message.replace('abuse', 'fraud') },
          { ...genuine, Signature: Buffer.from('nonsense').toString('base64') },
          { ...genuine, TopicArn: 'arn:aws:sns:us-east-1:123456789012:another' },
          { ...genuine, SigningCertURL: 'https://sns.us-east-1.amazonaws.com.evil.example/cert.pem' },
          { ...genuine, SigningCertURL: `${foreign.url}/cert.pem` },
          { ...genuine, SignatureVersion: '3' },
          foreign.notification(complaintEvent(messages[0]!)),
        ];
        for (const envelope of forged) {
          const answer = await fetch(webhook, { method: 'POST', body: JSON.stringify(envelope) });
          assert.equal(answer.status, 401, JSON.stringify(envelope).slice(0, 200));
        }
      } finally {
        await foreign.close();
      }
      for (const body of ['', 'x', '{}', '[]', '{"Type":1}']) {
        const answer = await fetch(webhook, { method: 'POST', body });
        assert.ok([400, 401, 422].includes(answer.status), `${body}: ${answer.status}`);
      }
      // The genuine one is believed, and after it everything before it has been looked at.
      assert.equal((await sns.deliver(webhook, genuine)).delivered, true);
      await stored(platform, before + 1);
      assert.deepEqual(await suppressionsOf(platform, run), ['complained']);
    });
  });
}
