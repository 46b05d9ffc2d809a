// Pixel, links and unsubscribing, as people, mail services and scanners use them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { AGENTS, counted, mailOf, readToken, signToken, visit } from '../support/reading.ts';
import type { Mail } from '../support/reading.ts';
import { DAY, HOUR, SECOND, startRun, tickAndSettle } from '../support/sending.ts';
import type { Run } from '../support/sending.ts';

const NEW_KEY = '22'.repeat(32);
const OLD_KEY = '11'.repeat(32);
const FOREIGN_KEY = '33'.repeat(32);

/** Somebody with one email, an hour old. */
async function sent(platform: Platform, people = 1): Promise<{ run: Run; mails: Mail[]; mail: Mail; personId: string }> {
  const run = await startRun(platform, people);
  await tickAndSettle(platform, run.sequence);
  await platform.clock.advance(HOUR);
  const mails = await Promise.all(run.people.map(async ({ email }) => (await mailOf(platform, email))[0]!));
  return { run, mails, mail: mails[0]!, personId: run.people[0]!.id };
}

async function person(platform: Platform, id: string): Promise<any> {
  const [row] = await platform.sql('SELECT * FROM people WHERE id = ?1', id);
  return row;
}

async function activities(platform: Platform, run: Run): Promise<string[]> {
  const entries = await platform.data('GET', `/api/v1/businesses/${run.businessId}/activities?limit=100`);
  return entries.map((entry: any) => entry.type).sort();
}

for (const engine of engines) {
  test(`${engine}: tracking`, async (t) => {
    await using platform = await startPlatform({ engine, vars: { TRACKING_KEYS: `2:${NEW_KEY},1:${OLD_KEY}` } });

    await t.test('a person opens again and again: counted each time, stamped the first', async () => {
      const { run, mail, personId } = await sent(platform);
      const answer = await visit(platform, mail.pixel);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), 'image/gif');
      assert.match(answer.headers.get('cache-control')!, /no-store/);
      assert.equal(Buffer.from(await answer.arrayBuffer()).subarray(0, 6).toString(), 'GIF89a');
      const first = (await counted(platform, mail.sendId, 1)).opened_at;
      await platform.clock.advance(HOUR);
      await visit(platform, mail.pixel);
      await visit(platform, mail.pixel);
      const send = await counted(platform, mail.sendId, 3);
      assert.equal(send.opened_at, first);
      const { total_emails_sent, total_emails_opened, total_clicks, last_engaged_at } = await person(platform, personId);
      assert.deepEqual([total_emails_sent, total_emails_opened, total_clicks], [1, 1, 0]);
      assert.ok(last_engaged_at > Date.parse(first), 'the last open counts');
      assert.deepEqual(await activities(platform, run), ['email_opened', 'email_sent']);
    });

    await t.test('a click leads where the email meant it to, and counts', async () => {
      const { run, mail, personId } = await sent(platform);
      const answer = await visit(platform, mail.clicks[0]!);
      assert.equal(answer.status, 302);
      assert.equal(answer.headers.get('location'), 'https://learn.example.com/page-1?c=C-1');
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
      const send = await counted(platform, mail.sendId, 0, 1);
      assert.ok(send.clicked_at);
      assert.equal(send.opened_at, null);
      assert.equal((await person(platform, personId)).total_clicks, 1);
      assert.deepEqual(await activities(platform, run), ['email_clicked', 'email_sent']);
    });

    for (const [name, agent] of [
      ["Apple's privacy proxy", AGENTS.apple],
      ["Gmail's image proxy", AGENTS.gmail],
    ] as const) {
      await t.test(`${name} is not a person`, async () => {
        const { run, mail, personId } = await sent(platform);
        await visit(platform, mail.pixel, agent);
        const send = await counted(platform, mail.sendId, 1);
        assert.equal(send.opened_at, null);
        assert.ok(send.machine_opened_at);
        assert.equal((await person(platform, personId)).total_emails_opened, 0);
        assert.deepEqual(await activities(platform, run), ['email_sent']);
        await visit(platform, mail.pixel);
        assert.ok((await counted(platform, mail.sendId, 2)).opened_at, 'a person after it is one');
      });
    }

    await t.test('scanners, HEAD and nameless programs are no people', async () => {
      const { mail, personId } = await sent(platform);
      await visit(platform, mail.pixel, AGENTS.scanner);
      await visit(platform, mail.clicks[0]!, AGENTS.scanner);
      const head = await visit(platform, mail.clicks[0]!, AGENTS.person, 'HEAD');
      assert.equal(head.status, 302);
      assert.equal((await visit(platform, mail.pixel, AGENTS.person, 'HEAD')).status, 200);
      await visit(platform, mail.clicks[0]!, '');
      const send = await counted(platform, mail.sendId, 2, 3);
      assert.deepEqual([send.opened_at, send.machine_opened_at, send.clicked_at], [null, null, null]);
      const { total_emails_opened, total_clicks, last_engaged_at } = await person(platform, personId);
      assert.deepEqual([total_emails_opened, total_clicks, last_engaged_at], [0, 0, null]);
      const reasons = await platform.sql<{ verdict_reason: string }>('SELECT verdict_reason FROM tracking_events WHERE send_id = ?1', mail.sendId);
      assert.deepEqual(new Set(reasons.map((row) => row.verdict_reason)), new Set(['user_agent', 'head_request', 'no_user_agent']));
    });

    await t.test('too soon after the send to be a person', async () => {
      const run = await startRun(platform, 1);
      await tickAndSettle(platform, run.sequence);
      const [mail] = await mailOf(platform, run.people[0]!.email);
      // The machine may be slow: the send is put to this very moment.
      await platform.sql('UPDATE send_log SET sent_at = ?2 WHERE id = ?1', mail!.sendId, (await platform.clock.get()) + 5 * SECOND);
      await visit(platform, mail!.clicks[0]!);
      assert.equal((await counted(platform, mail!.sendId, 0, 1)).clicked_at, null);
    });

    await t.test('a burst of clicks on many links is a machine, also for the clicks that came first', async () => {
      const { mail, personId } = await sent(platform);
      const { signed } = readToken(mail.clicks[0]!);
      const links = ['a', 'b', 'c'].map((page) => `/t/c/${signToken(Buffer.concat([signed.subarray(0, 34), Buffer.from(`https://learn.example.com/${page}`)]), 2, NEW_KEY)}`);
      await visit(platform, links[0]!);
      assert.ok((await counted(platform, mail.sendId, 0, 1)).clicked_at, 'one link alone is a person');
      const now = await platform.clock.get();
      await platform.sql('UPDATE tracking_events SET occurred_at = ?2 WHERE send_id = ?1', mail.sendId, now);
      await Promise.all([visit(platform, links[1]!), visit(platform, links[2]!)]);
      const send = await counted(platform, mail.sendId, 0, 3);
      assert.equal(send.clicked_at, null);
      assert.equal((await person(platform, personId)).total_clicks, 0);
    });

    await t.test('a token that was tampered with: no redirect, the pixel all the same, nothing counted', async () => {
      const { mail } = await sent(platform);
      const before = await platform.sql('SELECT id FROM tracking_events');
      const bad = (path: string): string[] => {
        const { token, signed } = readToken(path);
        const flipped = Buffer.from(token, 'base64url');
        flipped[20]! ^= 1;
        return [flipped.toString('base64url'), signToken(signed, 9, FOREIGN_KEY), signToken(signed, 2, FOREIGN_KEY), token.slice(0, -2), '', 'x', '%00', 'A'.repeat(6000), `${token}AAAA`];
      };
      const evil = Buffer.concat([readToken(mail.clicks[0]!).signed.subarray(0, 34), Buffer.from('https://evil.example/')]);
      const signature = Buffer.from(readToken(mail.clicks[0]!).token, 'base64url').subarray(-12);
      for (const token of [...bad(mail.clicks[0]!), Buffer.concat([evil, signature]).toString('base64url'), signToken(evil, 2, FOREIGN_KEY), readToken(mail.pixel).token, readToken(mail.unsubscribe).token]) {
        const answer = await visit(platform, `/t/c/${token}`);
        assert.equal(answer.status, 404, token.slice(0, 90));
        assert.equal(answer.headers.get('location'), null);
      }
      for (const token of [...bad(mail.pixel), readToken(mail.clicks[0]!).token]) {
        const answer = await visit(platform, `/t/o/${token}.gif`);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('content-type'), 'image/gif');
      }
      for (const token of [...bad(mail.unsubscribe), readToken(mail.pixel).token].filter(Boolean)) {
        assert.equal((await visit(platform, `/u/${token}`)).status, 404);
        assert.equal((await visit(platform, `/u/${token}`, AGENTS.person, 'POST')).status, 404);
      }
      // A parameter cannot bend a link either.
      const kept = await visit(platform, `${mail.clicks[0]}?url=https://evil.example/`);
      assert.equal(kept.headers.get('location'), 'https://learn.example.com/page-1?c=C-1');
      await counted(platform, mail.sendId, 0, 1);
      assert.equal((await platform.sql('SELECT id FROM tracking_events')).length, before.length + 1);
      assert.equal((await platform.sql('SELECT address FROM suppressions')).length, 0);
    });

    await t.test('old mail goes on working when the key was rotated', async () => {
      const { mail } = await sent(platform);
      assert.equal(readToken(mail.pixel).signed[0], 2, 'the newest key signs');
      await visit(platform, `/t/o/${signToken(readToken(mail.pixel).signed, 1, OLD_KEY)}.gif`);
      const answer = await visit(platform, `/t/c/${signToken(readToken(mail.clicks[0]!).signed, 1, OLD_KEY)}`);
      assert.equal(answer.status, 302);
      await counted(platform, mail.sendId, 1, 1);
      assert.equal((await visit(platform, `/u/${signToken(readToken(mail.unsubscribe).signed, 1, OLD_KEY)}`)).status, 200);
    });

    await t.test('a fact delivered twice counts once', async () => {
      const { mail, personId } = await sent(platform);
      const fact = {
        type: 'engagement', id: '01999999-0000-7000-8000-00000000000a', tenant_id: platform.tenantId, send_id: mail.sendId, kind: 'open',
        occurred_at: await platform.clock.get(), method: 'GET', user_agent: AGENTS.person,
      };
      await platform.enqueue('TRACKING', JSON.stringify(fact), JSON.stringify(fact));
      await platform.enqueue('TRACKING', JSON.stringify(fact));
      await visit(platform, mail.clicks[0]!);
      await counted(platform, mail.sendId, 1, 1);
      assert.equal((await person(platform, personId)).total_emails_opened, 1);
    });

    await t.test('GET /u changes nothing; POST unsubscribes at once and for good', async () => {
      const run = await startRun(platform, 1, [{ day_offset: 1 }, { day_offset: 2 }]);
      await tickAndSettle(platform, run.sequence);
      const [{ id, email }] = run.people as [{ id: string; email: string }];
      const [mail] = await mailOf(platform, email);
      const page = await visit(platform, mail!.unsubscribe);
      assert.equal(page.status, 200);
      assert.match(await page.text(), /<form[^>]*method="post"[\s\S]*<button/);
      assert.equal((await person(platform, id)).do_not_email, 0);
      for (let again = 0; again < 2; again++) {
        const done = await platform.fetch(mail!.unsubscribe, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'List-Unsubscribe=One-Click',
        });
        assert.equal(done.status, 200);
        assert.equal(done.headers.get('set-cookie'), null);
      }
      const { do_not_email, unsubscribed_at } = await person(platform, id);
      assert.equal(do_not_email, 1);
      assert.ok(unsubscribed_at);
      const suppressions = await platform.sql<{ reason: string; send_id: string }>('SELECT reason, send_id FROM suppressions WHERE address = ?1', email);
      assert.deepEqual(suppressions.map((row) => ({ ...row })), [{ reason: 'unsubscribed', send_id: mail!.sendId }]);
      const [enrolment] = await platform.data('GET', `/api/v1/sequences/${run.sequence}/enrolments`);
      assert.deepEqual([enrolment.status, enrolment.status_reason, enrolment.next_send_at], ['stopped', 'unsubscribed', null]);
      assert.deepEqual(await activities(platform, run), ['email_sent', 'email_unsubscribed']);
      await platform.clock.advance(3 * DAY);
      assert.equal((await tickAndSettle(platform, run.sequence)).planned, 1);
    });

    await t.test('skip_if_opened counts people, and proxies only when the step says so', async () => {
      const run = await startRun(platform, 3, [
        { day_offset: 1 },
        { day_offset: 2, conditions: { skip_if_opened: 'C-1' } },
        { day_offset: 3, conditions: { skip_if_opened: 'C-1', count_privacy_opens: true } },
      ]);
      await tickAndSettle(platform, run.sequence);
      await platform.clock.advance(HOUR);
      const mails = await Promise.all(run.people.map(async ({ email }) => (await mailOf(platform, email))[0]!));
      await visit(platform, mails[0]!.pixel);
      await visit(platform, mails[1]!.pixel, AGENTS.apple);
      await counted(platform, mails[0]!.sendId, 1);
      await counted(platform, mails[1]!.sendId, 1);
      for (let day = 0; day < 4; day++) {
        await platform.clock.advance(DAY);
        await tickAndSettle(platform, run.sequence);
      }
      const statuses = async (index: number): Promise<string[]> =>
        (await platform.data('GET', `/api/v1/sequences/${run.sequence}/sends?person_id=${run.people[index]!.id}`))
          .sort((a: any, b: any) => a.step_number - b.step_number)
          .map((send: any) => send.failure_reason ?? send.status);
      assert.deepEqual(await statuses(0), ['sent', 'opened:C-1', 'opened:C-1']);
      assert.deepEqual(await statuses(1), ['sent', 'sent', 'opened:C-1']);
      assert.deepEqual(await statuses(2), ['sent', 'sent', 'sent']);
    });
  });
}
