// The records of the CRM on the real runtime: what only the engines themselves show. Rules and faults are tested natively.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import { makePeople } from '../support/campaign.ts';
import { until } from '../support/wait.ts';
import type { Platform } from '../support/platform.ts';

/** All entries of a list, page by page. */
async function walk(platform: Platform, path: string): Promise<any[]> {
  const entries: any[] = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await platform.api('GET', `${path}${cursor}`);
    assert.equal(status, 200, JSON.stringify(body));
    entries.push(...body.data);
    const next = body.meta.pagination.next_cursor;
    if (!next) return entries;
    cursor = `&cursor=${next}`;
  }
}

for (const engine of engines) {
  test(`${engine}: the records of the CRM`, async (t) => {
    await using platform = await startPlatform({ engine });
    const { communityId, businessId } = await makePeople(platform, 2);

    await t.test('pages are exact under every order', async () => {
      for (const [index, lead_score] of [10, 10, 90, 10, 0, 90, 10].entries()) {
        const health_score = index % 2 ? null : 50 + index;
        await platform.data('POST', '/api/v1/businesses', { community_id: communityId, name: `${'zaAÄb'[index % 5]}${index}`, lead_score, health_score });
      }
      for (const field of ['created_at', 'updated_at', 'name', 'lead_score', 'health_score']) {
        for (const sort of [field, `-${field}`]) {
          const whole = (await walk(platform, `/api/v1/businesses?sort=${sort}&limit=500`)).map(({ id }) => id);
          assert.equal(whole.length, 8);
          assert.deepEqual((await walk(platform, `/api/v1/businesses?sort=${sort}&limit=3`)).map(({ id }) => id), whole, sort);
        }
      }
      const scores = (await walk(platform, '/api/v1/businesses?sort=-lead_score&limit=2')).map(({ lead_score }) => lead_score);
      assert.deepEqual(scores, [90, 90, 10, 10, 10, 10, 0, 0]);
      const last = (await walk(platform, '/api/v1/businesses?sort=-health_score&limit=2')).map(({ health_score }) => health_score).slice(4);
      assert.deepEqual(last, [null, null, null, null]);
    });

    await t.test('what belongs to entries is put into them', async () => {
      const businesses = await platform.data('GET', '/api/v1/businesses?include=people,community,industry&sort=created_at');
      const [business] = businesses.filter(({ id }: any) => id === businessId);
      assert.equal(business.people.length, 2);
      assert.ok(businesses.every(({ community, industry }: any) => community.id === communityId && industry === undefined));
    });

    await t.test('many are changed in one call, each with its entries', async () => {
      const ids = (await walk(platform, '/api/v1/businesses?limit=500')).map(({ id }) => id);
      const change = { ids, action: 'change_lead_status', lead_status: 'qualified' };
      assert.deepEqual(await platform.data('POST', '/api/v1/businesses/bulk', change), { matched: 8, changed: 8, next_cursor: null });
      assert.equal((await platform.data('POST', '/api/v1/businesses/bulk', change)).changed, 0);
      for (const id of ids) {
        const [entry] = await platform.data('GET', `/api/v1/businesses/${id}/activities?filter[type]=status_changed`);
        assert.equal(entry.subject, 'From prospect to qualified');
      }
      const audited = await until(
        async () => ((entries: any[]) => entries.length === 8 && entries)(await platform.data('GET', '/api/v1/audit-log?filter[action]=updateBusiness&limit=100')),
        { what: 'each record has its entry in the audit log' },
      );
      assert.deepEqual(audited.map(({ record_id }: any) => record_id).sort(), [...ids].sort());
    });

    await t.test('a business takes its people with it and brings them back', async () => {
      await platform.data('DELETE', `/api/v1/businesses/${businessId}`);
      assert.deepEqual(await platform.data('GET', '/api/v1/people'), []);
      const back = await platform.data('POST', `/api/v1/businesses/${businessId}/restore`);
      assert.equal(back.deleted_at, null);
      assert.equal((await platform.data('GET', `/api/v1/businesses/${businessId}/people`)).length, 2);
    });

    await t.test('tasks are completed once, and an AI is told what is open', async () => {
      const make = (title: string, priority: string): Promise<any> => platform.data('POST', '/api/v1/tasks', { business_id: businessId, title, priority, due_at: '2020-01-01T00:00:00Z' });
      const [small, big] = [await make('small', 'low'), await make('big', 'urgent')];
      assert.equal((await platform.data('GET', '/api/v1/tasks?filter[overdue]=true&sort=-priority'))[0].id, big.id);
      await Promise.all([1, 2, 3].map(() => platform.data('POST', `/api/v1/tasks/${small.id}/complete`, { outcome: 'Done' })));
      assert.equal((await platform.data('GET', `/api/v1/businesses/${businessId}/activities?type=task_completed`)).length, 1);
      const context = await platform.data('GET', `/api/v1/customers/${businessId}/ai-context`);
      assert.deepEqual(context.open_tasks.map(({ id }: any) => id), [big.id]);
    });
  });
}
