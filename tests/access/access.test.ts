// Who may do what, on the real runtime: keys, limits, and doing a thing once.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
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

  test(`${engine}: limits`, async () => {
    await using platform = await startPlatform({ engine, limits: { LIMIT_WRITE: 5 } });
    const answers = [];
    for (let index = 0; index < 8; index++) answers.push(await platform.api('POST', '/api/v1/tags', { name: `t${index}` }));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 3);
    assert.equal(refused[0]?.body.error.code, 'rate_limited');
    assert.equal(refused[0]?.headers.get('retry-after'), '60');
    assert.equal((await platform.api('GET', '/api/v1/tags')).status, 200);
  });
}
