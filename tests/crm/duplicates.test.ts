// Records that are there twice, on the real runtime: found by the tick, merged and taken apart again, at a cost that does not
// grow with the tenant.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makePeople, startSequence } from '../support/campaign.ts';
import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { mailOf } from '../support/reading.ts';
import { dueNow } from '../support/sending.ts';
import { until } from '../support/wait.ts';

interface Pair {
  id: string;
  why: string[];
  records: { id: string }[];
}

const phone = (number: number): string => `+1727${String(number).padStart(7, '0')}`;

async function business(platform: Platform, community: string, name: string, more: object = {}): Promise<string> {
  return (await platform.data('POST', '/api/v1/businesses', { community_id: community, name, ...more })).id;
}

/** The list, once there is something in it. */
function found(platform: Platform, of: string): Promise<Pair> {
  return until(async () => {
    await platform.cron();
    const pairs: Pair[] = await platform.data('GET', '/api/v1/duplicates');
    return pairs.find(({ records }) => records.some(({ id }) => id === of));
  }, { what: 'the pair is found' });
}

for (const engine of engines) {
  test(`${engine}: duplicates`, async (t) => {
    await using platform = await startPlatform({ engine });

    await t.test('what the tick finds is merged, and who unsubscribes from an earlier email is heard', async () => {
      const sequence = await startSequence(platform, [{ day_offset: 1 }]);
      const [ours, theirs] = [await makePeople(platform, 1), await makePeople(platform, 1)];
      for (const { businessId } of [ours, theirs]) await platform.data('PATCH', `/api/v1/businesses/${businessId}`, { phone: phone(1) });
      const [kept, other] = [ours.people[0]!, theirs.people[0]!];
      await platform.data('POST', `/api/v1/sequences/${sequence}/enrolments`, { person_id: other.id });
      await dueNow(platform, sequence);
      const mail = await until(async () => {
        await platform.cron();
        return (await mailOf(platform, other.email))[0];
      }, { what: 'the email is there' });

      const pair = await found(platform, ours.businessId);
      assert.deepEqual(pair.why, ['phone']);
      const merge = await platform.data('POST', `/api/v1/businesses/${ours.businessId}/merge`, { other_id: theirs.businessId });
      assert.equal(merge.status, 'done');
      assert.deepEqual(await platform.data('GET', '/api/v1/duplicates'), []);
      await platform.data('POST', `/api/v1/people/${kept.id}/merge`, { other_id: other.id });
      assert.equal((await platform.fetch(mail.unsubscribe, { method: 'POST' })).status, 200);
      const person = await platform.data('GET', `/api/v1/people/${kept.id}`);
      assert.deepEqual([person.do_not_email, person.total_emails_sent, person.business_id], [true, 1, ours.businessId]);
      const gone = await platform.api('GET', `/api/v1/businesses/${theirs.businessId}`);
      assert.deepEqual([gone.status, gone.body.error.details[0].message], [404, ours.businessId]);
      const timeline = await platform.data('GET', `/api/v1/businesses/${ours.businessId}/activities`);
      const kinds: string[] = timeline.map(({ type }: { type: string }) => type);
      for (const kind of ['email_sent', 'email_unsubscribed', 'merged']) assert.ok(kinds.includes(kind), kind);
    });

    await t.test('ten merges of the same two at once make one of them', async () => {
      const { communityId } = await makePeople(platform, 0);
      const [one, two] = [await business(platform, communityId, 'One'), await business(platform, communityId, 'Two')];
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => {
          const [kept, other] = index % 2 ? [one, two] : [two, one];
          return platform.api('POST', `/api/v1/businesses/${kept}/merge`, { other_id: other });
        }),
      );
      assert.equal(answers.filter(({ status }) => status === 201).length, 1, JSON.stringify(answers.map(({ status, body }) => [status, body.error?.code])));
      assert.ok(answers.every(({ status }) => [201, 404, 409].includes(status)));
      const merge = answers.find(({ status }) => status === 201)!.body.data;
      assert.equal((await platform.data('POST', `/api/v1/merges/${merge.id}/undo`)).status, 'undone');
      for (const id of [one, two]) assert.equal((await platform.api('GET', `/api/v1/businesses/${id}`)).status, 200);
    });
  });
}

test('d1: asking for duplicates reads no more of a large tenant', { skip: !engines.includes('d1') }, async () => {
  await using platform = await startPlatform({ engine: 'd1' });
  const { communityId } = await makePeople(platform, 0);
  const first = await business(platform, communityId, 'First', { phone: phone(1) });
  await business(platform, communityId, 'Second', { phone: phone(1) });
  await found(platform, first);
  // The least of some: what goes on in the background reads rows too.
  const read = async (path: string): Promise<number> => {
    const rows: number[] = [];
    for (let repeat = 0; repeat < 5; repeat++) {
      const before = (await platform.metrics()).rows_read;
      await platform.data('GET', path);
      rows.push((await platform.metrics()).rows_read - before);
    }
    return Math.min(...rows);
  };
  const add = (from: number, to: number) =>
    platform.sql(
      `INSERT INTO businesses (tenant_id, id, community_id, name, slug, phone_key, website_key, name_key, created_at, updated_at)
       WITH RECURSIVE n (i) AS (SELECT CAST(?3 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < ?4)
       SELECT ?1, printf('01900000-0000-7000-8000-%012x', i), ?2, 'B', 's' || i, 'p' || i, '', 'b|' || i, 0, 0 FROM n`,
      platform.tenantId, communityId, from, to,
    );
  const paths = [`/api/v1/businesses/${first}/duplicates`, '/api/v1/duplicates'];
  const small: number[] = [];
  const tick = async (): Promise<number> => {
    const before = (await platform.metrics()).rows_read;
    await platform.cron();
    return (await platform.metrics()).rows_read - before;
  };
  // Neighbours in every index: a walk that comes to an index's end reads a row less.
  await add(1, 300);
  await tick();
  for (const path of paths) small.push(await read(path));
  await add(301, 9_300);
  const comparing = await tick();
  const [{ due }] = (await platform.sql<{ due: number }>('SELECT COUNT(*) AS due FROM businesses WHERE compared_as IS NULL')) as [{ due: number }];
  assert.equal(Number(due), 0, 'a tick compares nine thousand');
  const idle = await tick();
  const large = [];
  for (const path of paths) large.push(await read(path));
  console.log(JSON.stringify({ small, large, comparing, idle }));
  assert.deepEqual(large, small);
  assert.ok(comparing < 9000 * 40, `comparing: ${comparing}`);
  assert.ok(idle < 200, `an idle tick: ${idle}`);
});
