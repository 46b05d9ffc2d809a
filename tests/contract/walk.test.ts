// Walks every operation of the contract that the Worker serves, and holds the platform to it: who is let in, whose records
// are seen, what a bad request gets, what a repeated one does, and that every answer is what the contract says it is.
//
// An operation that is added to the API is walked without a line being added here. Where a check cannot apply, the
// operation stands in one of the lists below, with the reason.
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import fc from 'fast-check';

import { putTemplate } from '../support/campaign.ts';
import { engines, startPlatform } from '../support/platform.ts';
import { joined } from '../support/team.ts';
import type { Platform } from '../support/platform.ts';
import { UNREADABLE, WORDS, bodies } from './support/bodies.ts';
import { Caller } from './support/caller.ts';
import { readContract } from './support/contract.ts';
import type { Operation } from './support/contract.ts';
import { CONTENT, Records } from './support/records.ts';

const SEED = Number(process.env['CONTRACT_SEED'] ?? 20_260_730);
/** Random bodies, and random queries, an operation. Each operation has its own, so that few of each are many in all. */
const RUNS = Number(process.env['CONTRACT_RUNS'] ?? 8);
/** Operations that are walked at the same time, where none can be in another's way. */
const concurrency = 4;

/** Not held to "another tenant's record is 404": what is not there is made, in the caller's own tenant. */
const MAKES_WHAT_IS_NAMED: Record<string, { reads: string }> = {
  putTemplate: { reads: 'getTemplate' },
  putFeatureFlag: { reads: 'getFeatureFlag' },
};

/** Bodies with which an operation is about the record that its path names; its sample stands by itself. */
const OF_WHAT_IS_NAMED: Record<string, object> = { previewTemplate: {} };

/** Not called with success: a browser is sent to a provider and back. tests/identity/openid.test.ts does that. */
const NEEDS_A_PROVIDER: Record<string, true> = { startOpenIdSignIn: true, finishOpenIdSignIn: true };

/** Not asked twice with one key: who asked is signed out by then. */
const ENDS_ITS_CREDENTIAL: Record<string, true> = { signOutEverywhere: true };

/** Permissions that an operation asks for beside its own: an export shows what its list shows, a dead letter what its message says. */
const ASKS_FOR_MORE: Record<string, readonly string[]> = {
  getDeadLetter: ['people:read'],
  getExport: ['businesses:read'],
  getExportFile: ['businesses:read'],
};

for (const engine of engines) {
  test(`${engine}: every operation of the contract`, async (t) => {
    await using platform = await startPlatform({ engine, vars: CONTENT });
    await putTemplate(platform);
    const contract = await readContract(platform);
    const { operations } = contract;
    const records = new Records(platform, contract);
    const caller = new Caller(platform, contract);
    const guarded = operations.filter(({ isPublic }) => !isPublic);
    const counts = await countingRows(platform);
    /** Does the same for each of these operations, some at a time. */
    const each = async (t: TestContext, some: Operation[], walk: (operation: Operation) => Promise<void>): Promise<void> => {
      await Promise.all(some.map((operation) => t.test(operation.id, () => walk(operation))));
    };

    await t.test('answers the example with success', { concurrency }, async (t) => {
      await each(t, operations.filter(({ id }) => !NEEDS_A_PROVIDER[id]), async (operation) => {
        const { status, body } = await caller.call(operation, await records.prepare(operation));
        assert.ok(status < 400, `${status} ${JSON.stringify(body)}`);
      });
    });

    await t.test('lets nobody in without a key, or with a wrong one', { concurrency }, async (t) => {
      await each(t, guarded, async (operation) => {
        const path = await records.shared(operation);
        const body = await records.body(operation);
        const wrong = [null, '', 'wrong', `fib_live_${randomBytes(30).toString('base64url')}`, `${platform.apiKey}x`];
        await all(wrong, async (key) => {
          const { status, code } = await caller.call(operation, { path, body, key });
          assert.deepEqual([status, code], [401, 'unauthorized'], `key ${key}`);
        });
      });
    });

    await t.test('asks for the permission', { concurrency }, async (t) => {
      const none = await keyOf(platform, platform.tenantId, []);
      await each(t, guarded.filter(({ permission }) => permission), async (operation) => {
        const { status, code } = await caller.call(operation, { path: await records.shared(operation), body: await records.body(operation), key: none });
        assert.deepEqual([status, code], [403, 'forbidden']);
      });
      // And asks for no other.
      await all(guarded.filter(({ permission, method }) => permission && method === 'GET'), async (operation) => {
        const only = await keyOf(platform, platform.tenantId, [operation.permission!, ...(ASKS_FOR_MORE[operation.id] ?? [])]);
        const { status } = await caller.call(operation, { path: await records.shared(operation), key: only });
        assert.equal(status, 200, operation.id);
      });
    });

    await t.test("has no other tenant's records", async (t) => {
      const stranger = await keyOf(platform, await anotherTenant(platform), guarded.flatMap(({ permission }) => permission ?? []));
      // And, of what belongs to somebody signed in, for somebody else.
      const outsider = await joined(platform, 'owner');
      for (const operation of guarded.filter(({ id, path }) => path.includes('{') && !MAKES_WHAT_IS_NAMED[id])) {
        await t.test(operation.id, async () => {
          const key = operation.permission ? stranger : outsider.access;
          const { status, code, body } = await caller.call(operation, { path: await records.shared(operation), body: OF_WHAT_IS_NAMED[operation.id] ?? (await records.body(operation)), key });
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
          const before = await counts();
          const again = await caller.call(operation, { ...prepared, headers });
          assert.deepEqual(await counts(), before);
          if (again.code === 'answer_not_kept') assert.match(JSON.stringify(first.body), /fib_live_|refresh_/, 'only a secret is not kept');
          else assert.deepEqual([again.status, again.body], [first.status, first.body]);
          const other = await caller.call(operation, { ...prepared, body: { ...(body as object), other: 'body' }, headers });
          assert.deepEqual([other.status, other.code], [422, 'idempotency_key_reused']);
          await all(['x'.repeat(256), 'é', ' '], async (wrong) => {
            const { status, code } = await caller.call(operation, { ...prepared, headers: { 'idempotency-key': wrong } });
            assert.deepEqual([status, code], [422, 'validation_failed'], wrong);
          });
          assert.deepEqual(await counts(), before);
        });
      }
    });

    await t.test('changes only the version that the caller knows', async (t) => {
      for (const operation of operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'If-Match'))) {
        await t.test(operation.id, async () => {
          // What acts on a record changes what is read a step above it: `/deals/{id}/move` changes `/deals/{id}`.
          const reads = (what: string) => operations.find(({ method, path }) => method === 'GET' && path === what);
          const shows = reads(operation.path) ?? reads(operation.path.replace(/\/\w+$/, ''));
          assert.ok(shows, 'nothing tells which version there is');
          const { path, body, key } = await records.prepare(operation);
          const by = key ? { key } : {};
          const read = await caller.call(shows, { path, ...by });
          const tag = read.headers.get('etag');
          assert.ok(tag, 'no ETag');
          for (const wrong of ['"1"', '"x"', 'x', `W/${tag}`, `${tag.slice(0, -1)}0"`]) {
            const { status, code } = await caller.call(operation, { path, body, headers: { 'if-match': wrong }, ...by });
            assert.deepEqual([status, code], [412, 'changed_meanwhile'], wrong);
          }
          assert.deepEqual((await caller.call(shows, { path, ...by })).body, read.body);
          const right = await caller.call(operation, { path, body, headers: { 'if-match': tag }, ...by });
          assert.ok(right.status < 300, JSON.stringify(right.body));
          if (operation.method === 'DELETE') return;
          const { status } = await caller.call(operation, { path, body, headers: { 'if-match': tag }, ...by });
          assert.equal(status, 412, 'the version has changed since');
        });
      }
    });

    await t.test('refuses what is no JSON', { concurrency }, async (t) => {
      await each(t, operations.filter(({ body }) => body), async (operation) => {
        const path = await records.shared(operation);
        const key = await records.keyFor(operation);
        await all(UNREADABLE, async ([what, body, statuses]) => {
          const { status } = await caller.call(operation, { path, body, ...(key ? { key } : {}) });
          assert.ok(statuses.includes(status), `${what}: ${status}`);
        });
      });
    });

    await t.test('stands a body where none is asked for', { concurrency }, async (t) => {
      await each(t, operations.filter(({ body, method }) => !body && method !== 'GET'), async (operation) => {
        const prepared = await records.prepare(operation);
        // Of several at once one does it, whichever that is; the others find it done.
        await all(UNREADABLE, async ([, body]) => {
          await caller.call(operation, { ...prepared, body });
        });
      });
    });

    await t.test('stands random bodies', { concurrency }, async (t) => {
      await each(t, operations.filter(({ body }) => body), async (operation) => {
        const prepared = await records.prepare(operation);
        await all(some(operation, bodies(contract, operation, prepared.body)), async (body) => {
          const { status } = await caller.call(operation, { ...prepared, body });
          // What the contract allows may be done, or refused for another reason.
          const complaint = contract.request(operation, body);
          if (complaint) assert.ok(status >= 400, `${status}, although ${complaint}`);
        });
      });
    });

    await t.test('stands random ids, queries and headers', { concurrency }, async (t) => {
      await each(t, operations, async (operation) => {
        const named = operation.parameters.filter(({ in: place }) => place !== 'header');
        const path = await records.shared(operation);
        const body = await records.body(operation);
        const key = await records.keyFor(operation);
        // Only a GET is asked about what else stands in its query.
        const names = operation.method === 'GET' ? [...named.map(({ name }) => name), 'unknown', 'filter[unknown]'] : Object.keys(path);
        if (names.length === 0) return;
        await all(some(operation, fc.tuple(fc.constantFrom(...names), WORDS)), async ([name, word]) => {
          // A dot or two is no id but another path.
          if (name in path && /^\.{1,2}$/.test(word)) return;
          const ids = name in path ? { ...path, [name]: word } : path;
          const { status } = await caller.call(operation, { path: ids, ...(name in path ? {} : { query: { [name]: word } }), body, ...(key ? { key } : {}) });
          const isId = named.some((one) => one.name === name && one.schema['format'] === 'uuid');
          if (isId && word !== path[name]) assert.ok(status >= 400, `${name}=${word}: ${status}`);
        });
      });
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

/** Random values for an operation, the same ones from the same seed. */
function some<T>({ id }: Operation, values: fc.Arbitrary<T>): T[] {
  const own = createHash('sha256').update(`${SEED} ${id}`).digest().readInt32BE();
  return fc.sample(values, { seed: own, numRuns: RUNS });
}

/** All at once; waits for each of them, whatever becomes of the others. */
async function all<T>(values: readonly T[], holds: (value: T) => Promise<void>): Promise<void> {
  const failed = (await Promise.allSettled(values.map(holds))).filter((one) => one.status === 'rejected');
  if (failed.length > 0) throw failed[0]!.reason;
}

/** Tells how many rows each table has, but for those that note that something was asked at all, and those that the queue writes later. */
async function countingRows(platform: Platform): Promise<() => Promise<Record<string, number>>> {
  const tables = await platform.sql<{ name: string }>(
    platform.engine === 'd1'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name"
      : "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname",
  );
  const counted = tables.map(({ name }) => name).filter((name) => !/^(audit|idempotency|score_|business_scores)/.test(name));
  const statement = `SELECT ${counted.map((name) => `(SELECT COUNT(*) FROM "${name}") AS "${name}"`).join(', ')}`;
  return async () => (await platform.sql<Record<string, number>>(statement))[0]!;
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
