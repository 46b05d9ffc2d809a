// The live feed on the real runtime: sockets on a Durable Object, what they hear, and what becomes of those who are cut off.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { as, joined } from '../support/team.ts';
import { until } from '../support/wait.ts';

interface Change {
  topic: string;
  key: string;
  counts?: Record<string, number>;
}

/** An open page: what it has heard so far. */
class Page {
  readonly #socket: WebSocket;
  readonly heard: Change[] = [];
  last = 0;
  isComplete: boolean | undefined;
  pongs = 0;
  closed: number | undefined;

  constructor(platform: Platform, token: string, since?: number) {
    const url = new URL(`/api/v1/live${since === undefined ? '' : `?since=${since}`}`, platform.url);
    url.protocol = 'ws:';
    // Node's own takes headers, as no browser's does; its type does not say so.
    this.#socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } } as never);
    this.#socket.onmessage = ({ data }) => {
      if (data === 'pong') {
        this.pongs++;
        return;
      }
      const message = JSON.parse(String(data));
      this.last = message.last;
      if (message.type === 'hello') this.isComplete = message.is_complete;
      else this.heard.push(...message.events);
    };
    this.#socket.onclose = ({ code }) => (this.closed = code);
    this.#socket.onerror = () => {};
  }

  async opened(): Promise<this> {
    await until(() => this.isComplete !== undefined, { what: 'the socket says hello' });
    return this;
  }

  async hears(topic: string, key?: string): Promise<Change> {
    return until(() => this.heard.find((change) => change.topic === topic && (key === undefined || change.key === key)), { what: `the page hears of ${topic} ${key ?? ''}` });
  }

  ping(): void {
    this.#socket.send('ping');
  }

  close(): void {
    this.#socket.close();
  }
}

for (const engine of engines) {
  describe(`the live feed on ${engine}`, () => {
    let platform: Platform;
    before(async () => {
      platform = await startPlatform({ engine });
    });
    after(() => platform.dispose());

    const tag = async (name: string): Promise<string> => (await platform.data('POST', '/api/v1/tags', { name })).id;

    test('a page hears what others change, and goes on where it was cut off', async () => {
      const page = await new Page(platform, platform.apiKey).opened();
      assert.equal(page.isComplete, true);
      const first = await tag('Family owned');
      await page.hears('tags', first);
      page.ping();
      await until(() => page.pongs === 1, { what: 'the ping is answered' });
      page.close();
      await until(() => page.closed !== undefined, { what: 'the socket is closed' });

      const second = await tag('Waterfront');
      const third = await tag('Downtown');
      // The feed is written to after the answer has left.
      await until(async () => (await platform.data('GET', `/api/v1/live?since=${page.last}`)).events.length === 2, { what: 'the feed has both' });
      const again = await new Page(platform, platform.apiKey, page.last).opened();
      assert.equal(again.isComplete, true);
      await again.hears('tags', second);
      await again.hears('tags', third);
      assert.ok(!again.heard.some(({ key }) => key === first), 'what was heard is not told again');
      again.close();
    });

    test('what comes at once is told in few messages, and after a crash it is known still', async () => {
      const page = await new Page(platform, platform.apiKey).opened();
      const from = page.last;
      const names = Array.from({ length: 30 }, (_, number) => `Tag ${number}`);
      const made = await Promise.all(names.map(tag));
      await until(() => made.every((id) => page.heard.some(({ topic, key }) => topic === 'tags' && (key === id || key === ''))), { what: 'all are told' });
      assert.ok(page.last - from <= 15, `${page.last - from} messages`);
      page.close();
      await platform.kill();
      const again = await new Page(platform, platform.apiKey, from).opened();
      assert.equal(again.isComplete, true);
      await again.hears('tags');
      assert.equal(again.last, page.last);
      again.close();
    });

    test('whoever asks for what nobody knows any more reads everything again', async () => {
      const { last } = await platform.data('GET', '/api/v1/live');
      assert.deepEqual(await platform.data('GET', `/api/v1/live?since=${last + 1_000}`), { last, is_complete: false, events: [] });
      const page = await new Page(platform, platform.apiKey, last + 1_000).opened();
      assert.equal(page.isComplete, false);
      page.close();
    });

    test('one hears what one may read', async () => {
      const location = await platform.data('POST', '/api/v1/locations', { name: 'Clearwater', timezone: 'America/New_York' });
      const agent = await joined(platform, 'agent');
      await platform.data('PATCH', `/api/v1/members/${agent.userId}`, { location_ids: [location.id] });
      const refreshed = await platform.api('POST', '/api/v1/auth/refresh', { refresh_token: agent.refresh });
      const token = refreshed.body.data.tokens?.access_token ?? refreshed.body.data.access_token;
      const page = await new Page(platform, token).opened();
      const community = await platform.data('POST', '/api/v1/communities', { name: 'Clearwater', state: 'FL', timezone: 'America/New_York' });
      await platform.data('POST', '/api/v1/api-keys', { name: 'A key', scopes: ['tags:read'] });
      const business = await platform.data('POST', '/api/v1/businesses', { community_id: community.id, name: 'Harbor Bakery' });
      assert.equal((await page.hears('businesses')).key, '', 'which one it was is not told');
      assert.ok(!page.heard.some(({ topic }) => topic === 'api-keys'));
      assert.equal((await as(platform, token, 'GET', `/api/v1/businesses/${business.id}`)).status, 404);
      page.close();
    });

    test('nobody else hears', async () => {
      const wrong = new Page(platform, 'nothing');
      await until(() => wrong.closed !== undefined, { what: 'the socket is refused' });
      assert.equal(wrong.isComplete, undefined);
      const plain = await platform.fetch('/api/v1/live');
      assert.equal(plain.status, 401);
    });

    test('whoever forgets to close theirs takes nobody else’s room', async () => {
      const { access: forgetful } = await joined(platform, 'viewer');
      const open = await Promise.all(Array.from({ length: 50 }, () => new Page(platform, forgetful).opened()));
      const refused = new Page(platform, forgetful);
      await until(() => refused.closed !== undefined, { what: 'the socket is refused' });
      assert.equal(refused.isComplete, undefined);
      const { access: other } = await joined(platform, 'viewer');
      (await new Page(platform, other).opened()).close();
      open[0]!.close();
      await until(async () => (await as(platform, forgetful, 'GET', '/api/v1/live')).status === 200, { what: 'the feed can be asked all the same' });
      const isOpened = async (): Promise<boolean> => {
        const page = new Page(platform, forgetful);
        open.push(page);
        await until(() => page.isComplete !== undefined || page.closed !== undefined, { what: 'the socket is opened or refused' });
        return page.isComplete !== undefined;
      };
      await until(isOpened, { what: 'there is room again' });
      for (const page of open) page.close();
    });

    test('an import tells how it gets on', async () => {
      const page = await new Page(platform, platform.apiKey).opened();
      const rows = Array.from({ length: 6_000 }, (_, number) => `Import ${number}`).join('\n');
      const import_ = await platform.upload('/api/v1/imports', `name\n${rows}\n`);
      await platform.data('PUT', `/api/v1/imports/${import_.id}/mapping`, { ...import_.mapping, defaults: { community_id: 'clearwater' } });
      page.heard.length = 0;
      await platform.data('POST', `/api/v1/imports/${import_.id}/start`);
      await until(async () => (await platform.data('GET', `/api/v1/imports/${import_.id}`)).status === 'done', { what: 'the import is done' });
      await until(() => page.heard.filter(({ topic, key }) => topic === 'imports' && key === import_.id).length >= 2, { what: 'the page hears of it more than once' });
      page.close();
    });
  });
}
