// What goes onto the queue stands in the log once, in a chain that shows what was done to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OWN, alter, chained, dropTriggers, entry, remove, send, size, swap, verify } from '../support/audit.ts';
import type { Entry, Report } from '../support/audit.ts';
import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';

const OTHER_TENANT = '01900000-0000-7000-8000-0000000000ff';
const YEAR = 365.25 * 86_400_000;

const ask = (platform: Platform) => (from: number) => platform.data<Report>('POST', '/api/v1/audit-log/verify', { from_sequence: from });

function entries(platform: Platform, count: number, from: number, fields: Entry = {}): Entry[] {
  return Array.from({ length: count }, (_, index) => entry(platform.tenantId, from + index * 1_000, fields));
}

for (const engine of engines) {
  test(`${engine}: the audit log`, async (t) => {
    await using platform = await startPlatform({ engine });
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    const start = now - 3_600_000;
    const sent = entries(platform, 250, start);

    await t.test('an empty log is whole', async () => {
      const report = await ask(platform)(1);
      assert.deepEqual(report, { from_sequence: 1, checked: 0, problems: [], complete: true, next_sequence: 1, head: null });
    });

    await t.test('every entry is chained once, however often it is delivered, and each tenant has its own chain', async () => {
      await send(platform, sent);
      await send(platform, [...sent.slice(100, 200), entry(OTHER_TENANT, start), ...sent.slice(0, 50)]);
      await platform.enqueue('AUDIT', '{"not": "an entry"}');
      await chained(platform, 1, OTHER_TENANT);
      await chained(platform, 250);
      assert.deepEqual(await verify(ask(platform)), { checked: 250, problems: [] });
    });

    await t.test('it is listed newest first, page by page, and filtered', async () => {
      await send(platform, entries(platform, 3, start + 1_000_000, { actor_id: 'dana', action: 'exportPeople', outcome: 'denied', status: 403 }));
      await chained(platform, 253);
      const times: string[] = [];
      let cursor = '';
      do {
        const { body } = await platform.api('GET', `/api/v1/audit-log?limit=100${cursor}`);
        times.push(...body.data.filter((one: any) => one.actor_label !== OWN).map((one: any) => one.occurred_at));
        cursor = body.meta.pagination.next_cursor && `&cursor=${body.meta.pagination.next_cursor}`;
      } while (cursor);
      assert.equal(times.length, 253);
      assert.deepEqual(times, times.toSorted().toReversed());
      const filtered = async (query: string): Promise<any[]> => platform.data('GET', `/api/v1/audit-log?${query}`);
      for (const query of ['filter[actor_id]=dana', 'filter[action]=exportPeople', 'filter[outcome]=denied']) {
        const found = await filtered(query);
        assert.equal(found.length, 3, query);
        assert.equal(found[0].action, 'exportPeople');
      }
      const one = sent[17]!;
      const [found] = await filtered(`filter[record_id]=${one['record_id']}&filter[record_type]=tag`);
      assert.deepEqual({ id: found.id, occurred_at: Date.parse(found.occurred_at) }, { id: one['id'], occurred_at: one['occurred_at'] });
      const [from, to] = [start + 10_000, start + 20_000].map((moment) => new Date(moment).toISOString());
      assert.equal((await filtered(`filter[from]=${from}&filter[to]=${to}`)).length, 10);
      for (const query of ['filter[outcome]=well', 'filter[from]=today', 'limit=0', 'cursor=eA', 'filter[nobody]=x']) {
        assert.equal((await platform.api('GET', `/api/v1/audit-log?${query}`)).status, 422, query);
      }
    });

    await t.test('it is exported as CSV in which no text is a formula', async () => {
      await send(platform, [entry(platform.tenantId, now, { user_agent: '=HYPERLINK("https://evil.example")', action: 'deleteTag' })]);
      await chained(platform, 254);
      const { status, headers, body } = await platform.api('GET', '/api/v1/audit-log/export');
      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
      const lines = (body as string).trimEnd().split('\r\n').filter((line) => !line.includes(OWN));
      assert.equal(lines.length, 255);
      assert.ok(lines[1]!.includes(`,"'=HYPERLINK(""https://evil.example"")",`), lines[1]);
      const { body: some } = await platform.api('GET', '/api/v1/audit-log/export?filter[action]=deleteTag');
      assert.equal(some.trimEnd().split('\r\n').length, 2);
    });

    await t.test('the database refuses to change it', async () => {
      await assert.rejects(alter(platform, 7), /append-only/);
      await assert.rejects(remove(platform, 7), /append-only/);
      await assert.rejects(swap(platform, 7, 8), /append-only/);
      await assert.rejects(platform.sql('DELETE FROM audit_heads'));
      assert.deepEqual((await verify(ask(platform))).problems, []);
    });

    await t.test('the upkeep takes what is older than six years, and nothing else', async () => {
      await send(platform, [entry(OTHER_TENANT, start)]);
      await chained(platform, 2, OTHER_TENANT);
      const tenant = '01900000-0000-7000-8000-0000000000fe';
      const old = Array.from({ length: 5 }, (_, index) => entry(tenant, now - 6.2 * YEAR + index));
      await send(platform, [...old, entry(tenant, now - 5.8 * YEAR)]);
      await chained(platform, 6, tenant);
      const midnight = Math.ceil(Date.now() / 86_400_000) * 86_400_000;
      await platform.clock.set(midnight + 1_000);
      await platform.cron();
      assert.equal(await size(platform, tenant), 1);
      assert.equal(await size(platform, OTHER_TENANT), 2);
      assert.equal(await size(platform), 254);
      const [head] = await platform.sql<any>('SELECT first_sequence, sequence FROM audit_heads WHERE tenant_id = ?1', tenant);
      assert.deepEqual({ ...head }, { first_sequence: 6, sequence: 6 });
    });

    await t.test('what an intruder does to it is found, and told apart', async () => {
      await dropTriggers(platform);
      await alter(platform, 40);
      await remove(platform, 120);
      await swap(platform, 60, 200);
      const { checked, problems } = await verify(ask(platform));
      assert.ok(checked >= 253);
      assert.deepEqual(
        problems.map(({ kind, sequence }) => `${kind} ${sequence}`),
        ['altered 40', 'reordered 60', 'missing 120', 'reordered 200'],
      );
      assert.equal(problems[1]!.entry_id, sent[199]!['id']);
      // What happens afterwards is recorded all the same.
      await send(platform, [entry(platform.tenantId, now)]);
      await chained(platform, 254);
      assert.equal((await verify(ask(platform))).problems.length, 4);
    });

    await t.test('nobody reads it without credentials', async () => {
      for (const [method, path] of [['GET', ''], ['GET', '/export'], ['POST', '/verify']]) {
        assert.equal((await platform.fetch(`/api/v1/audit-log${path}`, { method: method! })).status, 401);
      }
    });
  });
}
