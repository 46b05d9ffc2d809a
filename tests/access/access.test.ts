// Who may do what, on the real runtime: keys, limits, and doing a thing once.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import { makePeople } from '../support/campaign.ts';
import { until } from '../support/wait.ts';
import type { Answer, Platform } from '../support/platform.ts';

async function keyWith(platform: Platform, scopes: string[]): Promise<string> {
  const made = await platform.data('POST', '/api/v1/api-keys', { name: 'Test', scopes });
  return made.key;
}

for (const engine of engines) {
  test(`${engine}: access`, async (t) => {
    await using platform = await startPlatform({ engine });
    const as = (key: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
      platform.api(method, path, body, { authorization: `Bearer ${key}`, ...headers });

    await t.test('a key does what its scopes say, is noted, and ends when it is revoked', async () => {
      const key = await keyWith(platform, ['tags:read']);
      assert.equal((await as(key, 'GET', '/api/v1/tags')).status, 200);
      const refused = await as(key, 'POST', '/api/v1/tags', { name: 'x' });
      assert.equal(refused.status, 403);
      assert.equal(refused.body.error.code, 'forbidden');
      const { data: keys } = (await platform.api('GET', '/api/v1/api-keys')).body;
      const kept = keys.find((one: { prefix: string }) => key.startsWith(one.prefix));
      assert.ok(kept.last_used_at);
      assert.equal((await platform.api('DELETE', `/api/v1/api-keys/${kept.id}`)).status, 204);
      assert.equal((await as(key, 'GET', '/api/v1/tags')).status, 401);
      const rows = await platform.sql<{ secret_hash: string }>('SELECT secret_hash FROM api_keys');
      assert.ok(rows.every((row) => !key.includes(row.secret_hash) && row.secret_hash.length === 64));
    });

    await t.test('who did what to which record is in the audit log, and never the data itself', async () => {
      const key = await keyWith(platform, ['businesses:read', 'people:read', 'tags:write']);
      const { businessId, people } = await makePeople(platform, 1);
      const [person] = people;
      const tag = (await as(key, 'POST', '/api/v1/tags', { name: 'Secret plans' }, { 'x-request-id': 'made-1' })).body.data;
      await as(key, 'GET', `/api/v1/people/${person!.id}`);
      await as(key, 'GET', `/api/v1/people?email=${encodeURIComponent(person!.email)}`);
      await as(key, 'DELETE', `/api/v1/tags/${tag.id}`);
      await as(key, 'GET', '/api/v1/tags');
      await platform.api('DELETE', '/api/v1/suppressions/dana@bakery.example');
      const entries = (): Promise<any[]> => platform.data('GET', '/api/v1/audit-log?limit=100');
      const by = (all: any[], action: string): any => all.find((entry) => entry.action === action && entry.actor_label?.startsWith(key.slice(0, 17)));
      const all = await until(async () => ((list) => by(list, 'deleteTag') && by(list, 'listPeople') && list)(await entries()), { what: 'the entries are there' });
      const made = by(all, 'createTag');
      assert.deepEqual([made.record_type, made.record_id, made.outcome, made.status, made.request_id], ['tags', tag.id, 'success', 201, 'made-1']);
      assert.match(made.request_hash, /^[0-9a-f]{64}$/);
      assert.equal(by(all, 'deleteTag').outcome, 'denied');
      assert.equal(by(all, 'getPerson').record_id, person!.id);
      assert.equal(by(all, 'listTags'), undefined);
      const text = JSON.stringify(await until(async () => ((list) => list.some(({ action }) => action === 'removeSuppression') && list)(await entries()), { what: 'the last one is there' }));
      for (const data of ['Secret plans', person!.email, 'bakery.example', key.slice(17)]) assert.ok(!text.includes(data), data);
      assert.ok(text.includes(businessId));
      assert.equal((await platform.data('POST', '/api/v1/audit-log/verify', {})).problems.length, 0);
    });

    await t.test('of many equal requests with one Idempotency-Key one is done', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => platform.api('POST', '/api/v1/tags', { name: 'once' }, { 'idempotency-key': 'one' })),
      );
      const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.data.id));
      assert.equal(ids.size, 1);
      assert.ok(answers.every(({ status, body }) => status === 201 || body.error.code === 'idempotency_key_in_use'));
      const [count] = await platform.sql<{ n: number }>("SELECT COUNT(*) AS n FROM tags WHERE name = 'once'");
      assert.equal(Number(count?.n), 1);
    });
  });

  test(`${engine}: the frame around every answer`, async (t) => {
    await using platform = await startPlatform({ engine, vars: { CORS_ORIGINS: 'https://app.example.com' } });

    await t.test("only allowed sites' pages may call", async () => {
      const preflight = (origin: string): Promise<Response> =>
        platform.fetch('/api/v1/tags', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
      const allowed = await preflight('https://app.example.com');
      assert.equal(allowed.status, 204);
      assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example.com');
      assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /idempotency-key/);
      for (const origin of ['https://evil.example', 'https://app.example.com.evil.example', 'null']) {
        assert.equal((await preflight(origin)).headers.get('access-control-allow-origin'), null, origin);
      }
      const answer = await platform.api('GET', '/api/v1/tags', undefined, { origin: 'https://app.example.com' });
      assert.equal(answer.headers.get('access-control-allow-credentials'), 'true');
    });

    await t.test('an id for every request, safe headers, and a log line without personal data', async () => {
      const own = await platform.api('GET', '/api/v1/people?email=dana%40bakery.example', undefined, { 'x-request-id': 'my-id-1' });
      assert.equal(own.headers.get('x-request-id'), 'my-id-1');
      assert.equal(own.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(own.headers.get('cache-control'), 'no-store');
      const made = await platform.api('DELETE', '/api/v1/suppressions/dana@bakery.example', undefined, { 'x-request-id': 'bad id\u0020<' });
      assert.match(made.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
      await until(() => platform.logs.some(({ message }) => message.includes('my-id-1')), { what: 'the line is in the log' });
      const lines = platform.logs.map(({ message }) => message).filter((line) => line.includes('"request"'));
      assert.ok(lines.length > 1);
      assert.ok(lines.every((line) => !line.includes('bakery.example') && !line.includes(platform.apiKey)));
    });

    await t.test('health and readiness', async () => {
      assert.equal((await platform.fetch('/health')).status, 200);
      const ready = await platform.fetch('/health/ready');
      const { data } = (await ready.json()) as { data: { status: string; dependencies: { name: string; status: string; milliseconds: number }[] } };
      assert.equal(data.status, 'ok');
      assert.equal(data.dependencies[0]?.name, 'database');
    });

    await t.test('a feature flag is for a share, and off for all at once', async () => {
      await platform.data('PUT', '/api/v1/feature-flags/new_editor', { is_on: true, percentage: 100 });
      assert.deepEqual(await platform.data('GET', '/api/v1/me/features'), { new_editor: true, sending: true });
      await platform.data('PUT', '/api/v1/feature-flags/new_editor', { is_on: false });
      assert.deepEqual(await platform.data('GET', '/api/v1/me/features'), { new_editor: false, sending: true });
      assert.equal((await platform.api('PUT', '/api/v1/feature-flags/New', { is_on: true })).status, 422);
      assert.equal((await platform.api('PUT', '/api/v1/feature-flags/x', { is_on: true, percentage: 101 })).status, 422);
      assert.equal((await platform.api('DELETE', '/api/v1/feature-flags/none')).status, 404);
    });
  });

  test(`${engine}: limits`, async () => {
    await using platform = await startPlatform({ engine, limits: { LIMIT_WRITE: 5 } });
    // The runtime counts by the minute of the clock, which may turn between two of these: five to a minute, at most ten before one is
    // refused.
    const answers = [];
    do answers.push(await platform.api('POST', '/api/v1/tags', { name: `t${answers.length}` }));
    while (answers.at(-1)?.status === 201 && answers.length < 12);
    const refused = answers.at(-1);
    assert.ok(answers.length > 5 && answers.length <= 11, `${answers.length} answers`);
    assert.equal(refused?.status, 429);
    assert.equal(refused.body.error.code, 'rate_limited');
    assert.equal(refused.headers.get('retry-after'), '60');
    assert.equal(refused.headers.get('ratelimit'), '"write";r=0;t=60');
    const read = await platform.api('GET', '/api/v1/tags');
    assert.deepEqual([read.headers.get('ratelimit-policy'), read.headers.get('ratelimit')], ['"read";q=3000;w=60', null]);
    // A refusal tells it too.
    assert.equal((await platform.fetch('/api/v1/tags')).headers.get('ratelimit-policy'), '"read";q=3000;w=60');
    assert.equal((await platform.api('GET', '/api/v1/tags')).status, 200);
  });
}
