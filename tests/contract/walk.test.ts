// Walks every operation of the contract that the Worker serves, and holds the platform to it: who is let in, whose records
// are seen, what a bad request gets, what a repeated one does, and that every answer is what the contract says it is.
//
// An operation that is added to the API is walked without a line being added here. Where a check cannot apply, the
// operation stands in one of the lists below, with the reason.
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';

import fc from 'fast-check';

import { putTemplate } from '../support/campaign.ts';
import { engines, startPlatform } from '../support/platform.ts';
import { joined } from '../support/team.ts';
import type { Platform } from '../support/platform.ts';
import { UNREADABLE, WORDS, bodies } from './support/bodies.ts';
import { Caller } from './support/caller.ts';
import { readContract } from './support/contract.ts';
import type { Operation } from './support/contract.ts';
import { Records } from './support/records.ts';

const SEED = Number(process.env['CONTRACT_SEED'] ?? 20_260_730);
/** Random bodies, and random queries, an operation. */
const RUNS = Number(process.env['CONTRACT_RUNS'] ?? 25);

/** Not held to "another tenant's record is 404": what is not there is made, in the caller's own tenant. */
const MAKES_WHAT_IS_NAMED: Record<string, { reads: string }> = {
  putTemplate: { reads: 'getTemplate' },
  putFeatureFlag: { reads: 'getFeatureFlag' },
};

/** Not called with success: a browser is sent to a provider and back. tests/identity/openid.test.ts does that. */
const NEEDS_A_PROVIDER: Record<string, true> = { startOpenIdSignIn: true, finishOpenIdSignIn: true };

/** Not asked twice with one key: who asked is signed out by then. */
const ENDS_ITS_CREDENTIAL: Record<string, true> = { signOutEverywhere: true };

for (const engine of engines) {
  test(`${engine}: every operation of the contract`, async (t) => {
    await using platform = await startPlatform({ engine });
    await putTemplate(platform);
    const contract = await readContract(platform);
    const { operations } = contract;
    const records = new Records(platform, contract);
    const caller = new Caller(platform, contract);
    const guarded = operations.filter(({ isPublic }) => !isPublic);

    await t.test('answers the example with success', async (t) => {
      for (const operation of operations.filter(({ id }) => !NEEDS_A_PROVIDER[id])) {
        await t.test(operation.id, async () => {
          const { status, body } = await caller.call(operation, await records.prepare(operation));
          assert.ok(status < 400, `${status} ${JSON.stringify(body)}`);
        });
      }
    });

    await t.test('lets nobody in without a key, or with a wrong one', async (t) => {
      for (const operation of guarded) {
        await t.test(operation.id, async () => {
          const path = await records.shared(operation);
          const body = await records.body(operation);
          for (const key of [null, '', 'wrong', `fib_live_${randomBytes(30).toString('base64url')}`, `${platform.apiKey}x`]) {
            const { status, code } = await caller.call(operation, { path, body, key });
            assert.deepEqual([status, code], [401, 'unauthorized'], `key ${key}`);
          }
        });
      }
    });

    await t.test('asks for the permission', async (t) => {
      const none = await keyOf(platform, platform.tenantId, []);
      for (const operation of guarded.filter(({ permission }) => permission)) {
        await t.test(operation.id, async () => {
          const { status, code } = await caller.call(operation, { path: await records.shared(operation), body: await records.body(operation), key: none });
          assert.deepEqual([status, code], [403, 'forbidden']);
        });
      }
      // And asks for no other.
      for (const operation of guarded.filter(({ permission, method }) => permission && method === 'GET')) {
        const only = await keyOf(platform, platform.tenantId, [operation.permission!]);
        const { status } = await caller.call(operation, { path: await records.shared(operation), key: only });
        assert.equal(status, 200, operation.id);
      }
    });

    await t.test("has no other tenant's records", async (t) => {
      const stranger = await keyOf(platform, await anotherTenant(platform), guarded.flatMap(({ permission }) => permission ?? []));
      // And, of what belongs to somebody signed in, for somebody else.
      const outsider = await joined(platform, 'owner');
      for (const operation of guarded.filter(({ id, path }) => path.includes('{') && !MAKES_WHAT_IS_NAMED[id])) {
        await t.test(operation.id, async () => {
          const key = operation.permission ? stranger : outsider.access;
          const { status, code, body } = await caller.call(operation, { path: await records.shared(operation), body: await records.body(operation), key });
          const complaints: { field: string }[] = body.error?.details ?? [];
          // The body names theirs too: then that is a wrong field.
          if (status === 422) assert.match(complaints.map(({ field }) => field).join(), /^\w+_id$/);
          else assert.deepEqual([status, code], [404, 'not_found']);
        });
      }
      for (const operation of guarded.filter(({ path, method, isList, permission }) => permission && method === 'GET' && isList && !path.includes('{'))) {
        await t.test(`${operation.id} lists nothing of theirs`, async () => {
          const ours = (await caller.call(operation)).body.data.map(({ id, user_id }: { id?: string; user_id?: string }) => id ?? user_id);
          const theirs = (await caller.call(operation, { key: stranger })).body.data.map(({ id, user_id }: { id?: string; user_id?: string }) => id ?? user_id);
          assert.deepEqual(theirs.filter((id?: string) => id !== undefined && ours.includes(id)), []);
        });
      }
      for (const [id, { reads }] of Object.entries(MAKES_WHAT_IS_NAMED)) {
        await t.test(`${id} leaves theirs as it is`, async () => {
          const [makes, shows] = [id, reads].map((name) => operations.find((one) => one.id === name)!) as [Operation, Operation];
          const path = await records.shared(makes);
          const before = (await caller.call(shows, { path })).body;
          assert.ok((await caller.call(makes, { path, body: await records.body(makes), key: stranger })).status < 300);
          assert.deepEqual((await caller.call(shows, { path })).body, before);
        });
      }
      for (const operation of guarded.filter(({ path, example, permission }) => permission && !path.includes('{') && JSON.stringify(example ?? null).includes('"01900000-'))) {
        await t.test(`${operation.id} of theirs`, async () => {
          const { status } = await caller.call(operation, { body: await records.body(operation), key: stranger });
          assert.ok([404, 422].includes(status), String(status));
        });
      }
    });

    await t.test('does a thing once, although it is asked twice with one Idempotency-Key', async (t) => {
      for (const operation of guarded.filter(({ id, method }) => method === 'POST' && !ENDS_ITS_CREDENTIAL[id])) {
        await t.test(operation.id, async () => {
          const prepared = await records.prepare(operation);
          const { body } = prepared;
          const headers = { 'idempotency-key': randomUUID() };
          const first = await caller.call(operation, { ...prepared, headers });
          assert.ok(first.status < 300, JSON.stringify(first.body));
          const before = await counts(platform);
          const again = await caller.call(operation, { ...prepared, headers });
          assert.deepEqual(await counts(platform), before);
          if (again.code === 'answer_not_kept') assert.match(JSON.stringify(first.body), /fib_live_|refresh_/, 'only a secret is not kept');
          else assert.deepEqual([again.status, again.body], [first.status, first.body]);
          const other = await caller.call(operation, { ...prepared, body: { ...(body as object), other: 'body' }, headers });
          assert.deepEqual([other.status, other.code], [422, 'idempotency_key_reused']);
          for (const wrong of ['x'.repeat(256), 'é', ' ']) {
            const { status, code } = await caller.call(operation, { ...prepared, headers: { 'idempotency-key': wrong } });
            assert.deepEqual([status, code], [422, 'validation_failed'], wrong);
          }
          assert.deepEqual(await counts(platform), before);
        });
      }
    });

    await t.test('changes only the version that the caller knows', async (t) => {
      for (const operation of operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'If-Match'))) {
        await t.test(operation.id, async () => {
          const shows = operations.find(({ method, path }) => method === 'GET' && path === operation.path);
          assert.ok(shows, 'nothing tells which version there is');
          const { path, body } = await records.prepare(operation);
          const read = await caller.call(shows, { path });
          const tag = read.headers.get('etag');
          assert.ok(tag, 'no ETag');
          for (const wrong of ['"1"', '"x"', 'x', `W/${tag}`, `${tag.slice(0, -1)}0"`]) {
            const { status, code } = await caller.call(operation, { path, body, headers: { 'if-match': wrong } });
            assert.deepEqual([status, code], [412, 'changed_meanwhile'], wrong);
          }
          assert.deepEqual((await caller.call(shows, { path })).body, read.body);
          const right = await caller.call(operation, { path, body, headers: { 'if-match': tag } });
          assert.ok(right.status < 300, JSON.stringify(right.body));
          if (operation.method === 'DELETE') return;
          const { status } = await caller.call(operation, { path, body, headers: { 'if-match': tag } });
          assert.equal(status, 412, 'the version has changed since');
        });
      }
    });

    await t.test('refuses what is no JSON', async (t) => {
      for (const operation of operations.filter(({ body }) => body)) {
        await t.test(operation.id, async () => {
          const path = await records.shared(operation);
          const key = await records.keyFor(operation);
          for (const [what, body, statuses] of UNREADABLE) {
            const { status } = await caller.call(operation, { path, body, ...(key ? { key } : {}) });
            assert.ok(statuses.includes(status), `${what}: ${status}`);
          }
        });
      }
    });

    await t.test('stands a body where none is asked for', async (t) => {
      for (const operation of operations.filter(({ body, method }) => !body && method !== 'GET')) {
        await t.test(operation.id, async () => {
          for (const [, body] of UNREADABLE) await caller.call(operation, { ...(await records.prepare(operation)), body });
        });
      }
    });

    await t.test('stands random bodies', async (t) => {
      for (const operation of operations.filter(({ body }) => body)) {
        await t.test(operation.id, async () => {
          const prepared = await records.prepare(operation);
          await random(bodies(contract, operation, prepared.body), async (body) => {
            const { status } = await caller.call(operation, { ...prepared, body });
            // What the contract allows may be done, or refused for another reason.
            if (contract.request(operation, body)) assert.ok(status >= 400, `${status}, although ${contract.request(operation, body)}`);
          });
        });
      }
    });

    await t.test('stands random ids, queries and headers', async (t) => {
      for (const operation of operations) {
        const named = operation.parameters.filter(({ in: place }) => place !== 'header');
        await t.test(operation.id, async () => {
          const path = await records.shared(operation);
          const body = await records.body(operation);
          const key = await records.keyFor(operation);
          const names = named.map(({ name }) => name);
          await random(fc.tuple(fc.constantFrom(...names, 'unknown', 'filter[unknown]'), WORDS), async ([name, word]) => {
            if (operation.method !== 'GET' && !(name in path)) return;
            // A dot or two is no id but another path.
            if (name in path && /^\.{1,2}$/.test(word)) return;
            const ids = name in path ? { ...path, [name]: word } : path;
            const { status } = await caller.call(operation, { path: ids, ...(name in path ? {} : { query: { [name]: word } }), body, ...(key ? { key } : {}) });
            const isId = named.some((one) => one.name === name && one.schema['format'] === 'uuid');
            if (isId && word !== path[name]) assert.ok(status >= 400, `${name}=${word}: ${status}`);
          });
        });
      }
    });

    await t.test('was called with success, every operation of it', () => {
      const succeeded = ({ id }: Operation) => [...(caller.seen.get(id) ?? [])].some((status) => status < 400);
      assert.deepEqual(operations.filter((operation) => !succeeded(operation) && !NEEDS_A_PROVIDER[operation.id]).map(({ id }) => id), []);
    });

    await t.test('never was at fault', () => {
      assert.deepEqual(platform.logs.filter(({ message }) => /request failed|panicked|unreachable|does not serialise/.test(message)), []);
    });
  });
}

async function random<T>(values: fc.Arbitrary<T>, holds: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(values, holds), { seed: SEED, numRuns: RUNS, endOnFailure: true });
}

/** How many rows each table has, but for those that note that something was asked at all. */
async function counts(platform: Platform): Promise<Record<string, number>> {
  const tables = await platform.sql<{ name: string }>(
    platform.engine === 'd1'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name"
      : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
  );
  const counted: Record<string, number> = {};
  for (const { name } of tables.filter(({ name }) => !/^(audit|idempotency)/.test(name))) {
    counted[name] = Number((await platform.sql<{ count: number }>(`SELECT COUNT(*) AS count FROM "${name}"`))[0]!.count);
  }
  return counted;
}

/** A key with these permissions, as the platform keeps one. */
async function keyOf(platform: Platform, tenant: string, scopes: string[]): Promise<string> {
  const key = `fib_live_${randomBytes(30).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
  await platform.sql(
    'INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0)',
    tenant, randomUUID(), 'Walk', key.slice(0, 17), createHash('sha256').update(key).digest('hex'), JSON.stringify([...new Set(scopes)]),
  );
  return key;
}

async function anotherTenant(platform: Platform): Promise<string> {
  const id = '01900000-0000-7000-8000-0000000000bb';
  await platform.sql(
    `INSERT INTO tenants (id, name, slug, sender_name, sender_email, postal_address, landing_base_url, timezone, created_at, updated_at)
     VALUES (?1, 'Another', 'another', 'Another', 'another@mail.example.com', 'Elsewhere', 'https://another.example.com', 'America/New_York', 0, 0)`,
    id,
  );
  return id;
}
