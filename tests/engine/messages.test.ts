// What is handed over is what a mailbox wants to see, and the written campaign is whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import PostalMime from 'postal-mime';

import { loadCampaign, readSequence, readTemplates } from '../../seed/campaign.ts';
import { makePeople } from '../support/campaign.ts';
import { engines, startPlatform } from '../support/platform.ts';
import { mailOf } from '../support/reading.ts';
import { headerValue } from '../support/ses/index.ts';
import { startRun, startSending, tickAndSettle } from '../support/sending.ts';

const ONE_CLICK = (url: string): RegExp => new RegExp(`^<${url}/u/[A-Za-z0-9_-]+>, <mailto:replies@mail\\.example\\.com\\?subject=unsubscribe>$`);

for (const engine of engines) {
  test(`${engine}: a message of the outbox is one that mail servers take`, async () => {
    await using platform = await startPlatform({ engine });
    const { sequence, people } = await startRun(platform, 2);
    await tickAndSettle(platform, sequence);
    const [mail] = await mailOf(platform, people[0]!.email);
    const answer = await platform.fetch(`/dev/outbox/${mail!.id}/eml`);
    assert.equal(answer.headers.get('content-type'), 'message/rfc822');
    const raw = await answer.text();
    for (const line of raw.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 998, 'no line is longer than SMTP takes');
    assert.ok(!/[^\r]\n/.test(raw), 'lines end as RFC 5322 has them end');
    const parsed = await PostalMime.parse(raw);
    const header = (name: string): string => {
      const found = parsed.headers.filter(({ key }) => key === name);
      assert.equal(found.length, 1, `${name} is there once`);
      return found[0]!.value;
    };
    assert.equal(header('message-id'), `<${mail!.sendId}@mail.example.com>`);
    assert.ok(Math.abs(Date.parse(header('date')) - Date.now()) < 600_000);
    assert.deepEqual(parsed.from, { name: 'Dana Whitfield', address: 'dana@mail.example.com' });
    assert.deepEqual(parsed.to, [{ name: '', address: people[0]!.email }]);
    assert.deepEqual(parsed.replyTo, [{ name: '', address: 'replies@mail.example.com' }]);
    assert.match(parsed.subject!, /^hello for Harbor Bakery/);
    assert.match(header('list-unsubscribe'), ONE_CLICK(platform.url));
    assert.equal(header('list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
    assert.match(header('content-type'), /^multipart\/alternative/);
    assert.equal(parsed.html!.trim(), mail!.html.trim());
    assert.equal(parsed.text!.replaceAll('\r\n', '\n').trim(), mail!.text.trim());
    for (const part of [parsed.html!, parsed.text!]) assert.ok(part.includes('200 Harbor Street') && part.includes('/u/'), 'address and way out');
    const page = await platform.fetch(`/dev/outbox/${mail!.id}`);
    assert.equal(page.status, 200);
  });

  test(`${engine}: what SES is given`, async () => {
    await using sending = await startSending({ engine });
    const { platform, ses } = sending;
    const { sequence, people } = await startRun(platform, 2);
    await tickAndSettle(platform, sequence);
    const [message] = ses.mailbox.byRecipient(people[0]!.email);
    assert.match(message!.from, /^"?Dana Whitfield"? <dana@mail\.example\.com>$/);
    assert.deepEqual(message!.to, [people[0]!.email]);
    assert.deepEqual(message!.replyTo, ['replies@mail.example.com']);
    assert.match(headerValue(message!, 'List-Unsubscribe')!, ONE_CLICK(platform.url));
    assert.equal(headerValue(message!, 'List-Unsubscribe-Post'), 'List-Unsubscribe=One-Click');
    const [row] = await platform.data('GET', `/api/v1/sequences/${sequence}/sends?person_id=${people[0]!.id}`);
    assert.deepEqual(message!.tags, { tenant_id: platform.tenantId, send_id: row.id });
    assert.deepEqual([row.provider, row.provider_message_id], ['ses', message!.messageId]);
    assert.ok(message!.html!.includes('/t/o/') && message!.text!.includes('/u/'));
  });

  test(`${engine}: the sixty written steps are saved and reach a recipient whole`, async () => {
    await using platform = await startPlatform({ engine });
    const templates = readTemplates();
    const { steps } = readSequence();
    assert.deepEqual([templates.length, steps.length], [60, 60]);
    assert.equal(new Set(templates.map(({ subject }) => subject)).size, 60);
    const call = (method: string, path: string, body?: unknown): Promise<any> => platform.data(method, path, body);
    const { sequenceId, created } = await loadCampaign(call);
    assert.ok(created);
    assert.deepEqual(await loadCampaign(call), { sequenceId, created: false });
    await platform.data('POST', `/api/v1/sequences/${sequenceId}/activate`);
    // Rendering knows nothing of the engine: once is enough, and sixty days take their time.
    if (engine !== engines[0]) return;
    const { people } = await makePeople(platform, 1);
    await platform.sql('UPDATE people SET first_name = NULL');
    await platform.data('POST', `/api/v1/sequences/${sequenceId}/enrolments`, { person_id: people[0]!.id });
    for (let round = 0; round < 70; round++) {
      const [next] = await platform.sql<{ at: number | null }>('SELECT MIN(next_send_at) AS at FROM enrolments');
      if (next?.at == null) break;
      await platform.clock.set(next.at);
      await tickAndSettle(platform, sequenceId);
    }
    const rows = await platform.data('GET', `/api/v1/sequences/${sequenceId}/sends?limit=100`);
    assert.equal(rows.length, 60);
    const unsent = rows.filter((row: any) => row.status !== 'sent' && !/^(opened|clicked|replied|has_tag|lacks_tag|lead_status):/.test(row.failure_reason));
    assert.deepEqual(unsent, []);
    const { data: kept } = (await (await platform.fetch(`/dev/outbox.json?to=${people[0]!.email}`)).json()) as { data: any[] };
    assert.ok(kept.length >= 50);
    for (const { subject, html, body_text } of kept) {
      for (const text of [subject, html, body_text]) assert.doesNotMatch(text, /\{\{|\}\}|\{%|undefined|\bnone\b,|Hi ,|Hello ,|lorem ipsum/i, subject);
      for (const part of [html, body_text]) assert.ok(part.includes('200 Harbor Street') && part.includes('/u/') && part.includes('/t/c/'), subject);
      assert.ok(html.includes('/t/o/'), subject);
    }
    assert.equal(new Set(kept.map(({ subject }) => subject)).size, kept.length);
  });
}
