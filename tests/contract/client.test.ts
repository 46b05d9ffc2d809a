// The TypeScript client against the running platform: what it sends, what it gives back, what it throws.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ApiError, createApi } from '../../pages/api/client.ts';
import { engines, startPlatform } from '../support/platform.ts';

const NOTHING = '01900000-0000-7000-8000-0000000000aa';

for (const engine of engines) {
  test(`${engine}: the client`, async (t) => {
    await using platform = await startPlatform({ engine });
    const sent: Request[] = [];
    const api = createApi({
      baseUrl: platform.url,
      key: platform.apiKey,
      fetch: (request) => {
        sent.push(request.clone());
        return fetch(request);
      },
    });
    const failure = async (call: Promise<unknown>): Promise<ApiError> => {
      const error = await call.then(
        () => assert.fail('it should have failed'),
        (error: unknown) => error,
      );
      assert.ok(error instanceof ApiError, String(error));
      return error;
    };

    await t.test('makes, reads, changes and removes', async () => {
      const { data: made, response } = await api.post('/api/v1/tags', { body: { name: 'Family owned' } });
      assert.equal(response.status, 201);
      assert.equal(made.name, 'Family owned');
      const path = { id: made.id };
      await api.patch('/api/v1/tags/{id}', { params: { path }, body: { color: '#2563EB' } });
      assert.equal((await api.get('/api/v1/tags/{id}', { params: { path } })).data.color, '#2563EB');
      const removed = await api.delete('/api/v1/tags/{id}', { params: { path } });
      assert.deepEqual([removed.response.status, removed.data], [204, undefined]);
    });

    await t.test('gives each POST a key of its own, unless it is given one', async () => {
      const key = (request: Request | undefined) => request?.headers.get('idempotency-key');
      await api.post('/api/v1/tags', { body: { name: 'One' } });
      const first = key(sent.at(-1));
      await api.post('/api/v1/tags', { body: { name: 'Two' } });
      assert.match(first ?? '', /^[0-9a-f-]{36}$/);
      assert.notEqual(key(sent.at(-1)), first);
      await api.post('/api/v1/tags', { body: { name: 'Three' }, params: { header: { 'Idempotency-Key': 'third tag' } } });
      assert.equal(key(sent.at(-1)), 'third tag');
      await api.get('/api/v1/tags');
      assert.equal(key(sent.at(-1)), null);
    });

    await t.test('walks all pages of a list, and no further than it is asked to', async () => {
      const { data: before } = await api.get('/api/v1/communities');
      assert.deepEqual(before, []);
      const names = ['Ash Fork', 'Bisbee', 'Cornville', 'Dewey', 'Elgin'];
      for (const name of names) await api.post('/api/v1/communities', { body: { name, state: 'AZ', timezone: 'America/Phoenix' } });
      const list = { params: { query: { limit: '2', 'filter[state]': 'AZ' } } };
      const start = sent.length;
      const found: string[] = [];
      for await (const community of api.each('/api/v1/communities', list)) found.push(community.name);
      assert.deepEqual(found.sort(), names);
      assert.equal(sent.length - start, 3);
      for (const request of sent.slice(start)) assert.equal(new URL(request.url).searchParams.get('filter[state]'), 'AZ');
      for await (const _ of api.each('/api/v1/communities', list)) break;
      assert.equal(sent.length - start, 4);
    });

    await t.test('throws one error, with all that is known of it', async () => {
      const invalid = await failure(api.post('/api/v1/tags', { body: { name: '' } }));
      assert.deepEqual([invalid.status, invalid.code], [422, 'validation_failed']);
      assert.ok(invalid.complaint('name'));
      assert.equal(invalid.complaint('color'), undefined);
      assert.ok(invalid.requestId);
      assert.match(invalid.message, /^name: /);
      const missing = await failure(api.get('/api/v1/tags/{id}', { params: { path: { id: NOTHING } } }));
      assert.deepEqual([missing.status, missing.code, missing.details], [404, 'not_found', []]);
    });

    await t.test('a wrong key is an error, as is no key', async () => {
      for (const key of ['fib_live_wrong', undefined]) {
        const stranger = createApi({ baseUrl: platform.url, ...(key ? { key } : {}) });
        assert.deepEqual((({ status, code }) => [status, code])(await failure(stranger.get('/api/v1/tags'))), [401, 'unauthorized']);
      }
    });

    await t.test('no platform, and an answer that is not its own', async () => {
      const nowhere = await failure(createApi({ baseUrl: 'http://127.0.0.1:1' }).get('/api/v1/tags'));
      assert.deepEqual([nowhere.status, nowhere.code, nowhere.requestId], [0, 'unreachable', null]);
      assert.ok(nowhere.cause);
      const proxy = createApi({ baseUrl: platform.url, fetch: async () => new Response('<h1>Bad gateway</h1>', { status: 502 }) });
      const bad = await failure(proxy.get('/api/v1/tags'));
      assert.deepEqual([bad.status, bad.code], [502, 'unreadable_answer']);
      const busy = createApi({
        baseUrl: platform.url,
        fetch: async () => Response.json({ error: { code: 'rate_limited', message: 'Too many requests.' } }, { status: 429, headers: { 'retry-after': '7' } }),
      });
      assert.equal((await failure(busy.get('/api/v1/tags'))).retryAfterSeconds, 7);
    });

    await t.test('who aborts a call gets the abortion', async () => {
      const aborted = AbortSignal.abort();
      await assert.rejects(api.get('/api/v1/tags', { signal: aborted }), { name: 'AbortError' });
    });
  });
}
