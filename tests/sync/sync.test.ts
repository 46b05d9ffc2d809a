// Communities and businesses are brought over from the content database, whatever it answers, and whoever dies on the way.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { ContentStandIn, community, listing } from '../support/content/index.ts';
import type { Trouble } from '../support/content/index.ts';
import { engines, startPlatform } from '../support/platform.ts';
import type { EngineName, Platform } from '../support/platform.ts';
import { until } from '../support/wait.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Syncing extends AsyncDisposable {
  platform: Platform;
  content: ContentStandIn;
  webhook: string;
}

async function startSyncing(engine: EngineName, businesses = 7): Promise<Syncing> {
  const content = await ContentStandIn.start();
  content.page = 3;
  content.put('communities', community(1, 'Clearwater'));
  for (let id = 1; id <= businesses; id += 1) content.put('listings', listing(id, `Harbor Bakery ${id}`));
  const platform = await startPlatform({ engine, vars: { ...content.vars, PROVIDER_TIMEOUT_SECONDS: '1' } });
  return {
    platform,
    content,
    webhook: `${platform.url}/webhooks/content`,
    async [Symbol.asyncDispose]() {
      await platform.dispose();
      await content[Symbol.asyncDispose]();
    },
  };
}

const lastRun = async (platform: Platform): Promise<any> => (await platform.data('GET', '/api/v1/sync')).last_run;

async function over(platform: Platform, id?: string): Promise<any> {
  return until(
    async () => {
      const run = id ? await platform.data('GET', `/api/v1/sync/runs/${id}`) : await lastRun(platform);
      return run && run.status !== 'running' ? run : undefined;
    },
    { what: 'the run is over' },
  );
}

async function run(platform: Platform, kind: 'full' | 'incremental' = 'full'): Promise<any> {
  const { id } = await platform.data('POST', '/api/v1/sync/runs', { kind });
  return over(platform, id);
}

/** The businesses by their numbers over there. */
async function brought(platform: Platform): Promise<Map<number, any>> {
  const all: any[] = await platform.data('GET', '/api/v1/businesses?limit=500');
  const numbers = all.map(({ content_db_id }) => content_db_id);
  assert.equal(new Set(numbers).size, numbers.length, 'none is there twice');
  return new Map(all.map((business) => [business.content_db_id, business]));
}

for (const engine of engines) {
  test(`${engine}: a full run, and the changes since`, async () => {
    await using syncing = await startSyncing(engine);
    const { platform, content } = syncing;
    const first = await run(platform);
    assert.deepEqual([first.status, first.seen, first.created, first.pages], ['done', 8, 8, 5]);
    const one = (await brought(platform)).get(1);
    const { updated_at: _, id: __, community_id: ___, ...fields } = listing(1, 'Harbor Bakery 1');
    for (const [field, value] of Object.entries(fields)) assert.deepEqual(one[field], value, field);
    assert.equal(one.timezone, 'America/New_York');
    const again = await run(platform);
    assert.deepEqual([again.status, again.seen, again.unchanged], ['done', 8, 8]);

    await platform.data('PATCH', `/api/v1/businesses/${one.id}`, { phone: '+17275550199' });
    content.put('listings', listing(1, 'Harbor Bakery & Co', { updated_at: new Date().toISOString() }), listing(8, 'Harbor Bakery 8', { updated_at: new Date().toISOString() }));
    await platform.clock.advance(HOUR);
    const before = content.asked.length;
    await platform.cron();
    const since = await over(platform);
    assert.deepEqual([since.kind, since.requested_by, since.status, since.updated, since.created], ['incremental', null, 'done', 1, 1]);
    assert.ok(content.asked.slice(before).every((url) => url.includes('updated_since=')), 'it asks for changes alone');
    const now = await brought(platform);
    assert.deepEqual([now.size, now.get(1).name, now.get(1).phone], [8, 'Harbor Bakery & Co', '+17275550199'], 'the newer name, and our own number');
    const [record] = await platform.data('GET', `/api/v1/sync/records?filter[record_id]=${one.id}`);
    assert.deepEqual(record.kept, ['phone']);
  });

  test(`${engine}: whatever goes wrong over there`, async (t) => {
    await using syncing = await startSyncing(engine);
    const { platform, content } = syncing;
    const passing: [string, Trouble, RegExp][] = [
      ['half a page', { how: 'half' }, /gave no answer|cannot be read/],
      ['garbage', { how: 'garbage', body: '<html>It works!</html>' }, /cannot be read/],
      ['a page that does not say where it goes on', { how: 'garbage', body: '{"data": []}' }, /cannot be read/],
      ['a fault', { how: 'status', status: 500 }, /answered 500/],
      ['a broken connection', { how: 'drop' }, /gave no answer/],
      ['no answer at all', { how: 'hang' }, /gave no answer/],
      ['too many questions', { how: 'status', status: 429, retryAfter: 90 }, /429/],
    ];
    for (const [what, trouble, reason] of passing) {
      await t.test(`${what} is waited out`, async () => {
        // It strikes in the middle of the run.
        content.trouble = [null, null, trouble];
        const { id } = await platform.data('POST', '/api/v1/sync/runs', { kind: 'full' });
        const waiting = await until(
          async () => {
            const run = await platform.data('GET', `/api/v1/sync/runs/${id}`);
            return run.waiting_for ? run : undefined;
          },
          { what: 'it waits' },
        );
        assert.match(waiting.waiting_for, reason);
        assert.deepEqual([waiting.status, waiting.pages], ['running', 2]);
        const asked = content.asked.length;
        await platform.cron();
        assert.equal(content.asked.length, asked, 'it is left alone until then');
        await platform.clock.set(Date.parse(waiting.next_step_at));
        await platform.cron();
        const done = await over(platform, id);
        assert.deepEqual([done.status, done.seen, done.pages, done.refused], ['done', 8, 5, 0]);
        assert.equal((await brought(platform)).size, 7);
      });
    }
    for (const [what, trouble, code] of [
      ['a key that is not taken', { how: 'status', status: 401 }, 'content_api_refused_key'],
      ['a page that is not there', { how: 'status', status: 404 }, 'content_api_refused'],
    ] as [string, Trouble, string][]) {
      await t.test(`${what} ends the run`, async () => {
        content.trouble = [null, trouble];
        const failed = await run(platform);
        assert.deepEqual([failed.status, failed.failure_code, failed.pages], ['failed', code, 1]);
        assert.equal((await brought(platform)).size, 7);
      });
    }
    await t.test('records that cannot be taken are refused one by one', async () => {
      content.put('listings', listing(21, '', { name: undefined }), listing(22, 'Lost', { community_id: 99 }), listing(23, 'Odd', { phone: 'call me' }), listing(24, 'Fine'));
      const done = await run(platform);
      assert.deepEqual([done.status, done.seen, done.created, done.refused, done.vanished], ['done', 12, 1, 3, 0]);
      const refusals: any[] = await platform.data('GET', `/api/v1/sync/runs/${done.id}/refusals`);
      const reasons = new Map(refusals.map(({ remote_id, reason }) => [remote_id, reason]));
      assert.match(reasons.get(21), /^name: /);
      assert.match(reasons.get(22), /community 99 is not known/);
      assert.match(reasons.get(23), /^phone: must be/);
    });
    await t.test('what is no more over there is marked and stays', async () => {
      content.listings.delete(3);
      const done = await run(platform);
      assert.deepEqual([done.status, done.vanished], ['done', 1]);
      const gone: any[] = await platform.data('GET', '/api/v1/sync/records?filter[vanished]=true');
      assert.deepEqual(gone.map(({ remote_id }) => remote_id), [3]);
      assert.equal((await brought(platform)).size, 8);
    });
    assert.deepEqual(platform.logs.filter(({ message }) => /panicked|unreachable/.test(message)), []);
  });

  test(`${engine}: a run whose runtime is killed goes on where it was`, async () => {
    await using syncing = await startSyncing(engine, 20);
    const { platform, content } = syncing;
    let killed: Promise<void> | undefined;
    let pages = 0;
    content.onPage = () => {
      pages += 1;
      if (pages === 4) killed = platform.kill();
    };
    const { id } = await platform.data('POST', '/api/v1/sync/runs', { kind: 'full' });
    await until(() => killed !== undefined, { what: 'the fourth page is asked for' });
    await killed;
    content.onPage = undefined;
    const dead = await platform.data('GET', `/api/v1/sync/runs/${id}`);
    assert.deepEqual([dead.status, dead.pages, dead.created], ['running', 3, 7], 'the page that died left nothing');
    await platform.cron();
    assert.equal((await platform.data('GET', `/api/v1/sync/runs/${id}`)).pages, 3, 'its holder may still live');
    await platform.clock.advance(3 * MINUTE);
    await platform.cron();
    const done = await over(platform, id);
    assert.deepEqual([done.status, done.seen, done.created, done.pages], ['done', 21, 21, 9]);
    assert.equal((await brought(platform)).size, 20);
  });

  test(`${engine}: the webhook`, async (t) => {
    await using syncing = await startSyncing(engine, 0);
    const { platform, content, webhook } = syncing;
    const deliveries = (): Promise<any[]> => platform.data('GET', '/api/v1/sync/deliveries');
    const settled = (count: number): Promise<any[]> =>
      until(
        async () => {
          const all = await deliveries();
          return all.length === count && all.every(({ applied_at }) => applied_at) ? all : undefined;
        },
        { what: `${count} deliveries are applied` },
      );

    await t.test('brings records at once, each delivery once', async () => {
      assert.equal(await content.tell(webhook, 'community.created', community(1, 'Clearwater')), 200);
      await settled(1);
      const id = randomUUID();
      const told = await Promise.all([1, 2, 3].map(() => content.tell(webhook, 'business.created', listing(5, 'Bakery'), { id })));
      assert.deepEqual(told, [200, 200, 200]);
      const [newest] = await settled(2);
      assert.deepEqual([newest.outcome, newest.type], ['created', 'business.created']);
      assert.equal((await brought(platform)).get(5).name, 'Bakery');
    });

    await t.test('believes nobody else', async () => {
      const now = Date.now();
      const data = listing(6, 'Impostor');
      assert.equal(await content.tell(webhook, 'business.created', data, { secret: 'somebody-elses-webhook-secret' }), 401);
      assert.equal(await content.tell(webhook, 'business.created', data, { at: now - 6 * MINUTE }), 401);
      assert.equal(await content.tell(webhook, 'business.created', data, { at: now + 6 * MINUTE }), 401);
      const unsigned = await platform.fetch('/webhooks/content', { method: 'POST', body: '{}' });
      assert.equal(unsigned.status, 401);
      assert.equal((await deliveries()).length, 2);
    });

    await t.test('and a run do not make a record twice', async () => {
      const all = Array.from({ length: 12 }, (_, index) => listing(100 + index, `Shop ${index}`));
      content.put('listings', ...all, listing(5, 'Bakery'));
      const [pulled] = await Promise.all([run(platform), ...all.map((record) => content.tell(webhook, 'business.created', record))]);
      assert.equal(pulled.status, 'done');
      const outcomes = (await settled(14)).slice(0, 12).map(({ outcome }) => outcome);
      assert.ok(outcomes.every((outcome) => ['created', 'unchanged'].includes(outcome)), outcomes.join());
      assert.equal((await brought(platform)).size, 13);
    });
  });

  test(`${engine}: without its settings the sync is off and says so`, async () => {
    await using platform = await startPlatform({ engine });
    const status = await platform.data('GET', '/api/v1/sync');
    assert.deepEqual(status.pull, { is_on: false, missing: ['CONTENT_API_URL', 'CONTENT_API_KEY'] });
    const { status: code, body } = await platform.api('POST', '/api/v1/sync/runs', { kind: 'full' });
    assert.deepEqual([code, body.error.code], [409, 'sync_is_off']);
    await platform.cron();
    assert.equal((await platform.fetch('/webhooks/content', { method: 'POST', body: '{}' })).status, 401);
    assert.deepEqual(await platform.data('GET', '/api/v1/sync/runs'), []);
  });
}
