// Search on the real runtime: its index follows every write, and a search reads as much as it shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';

async function titles(platform: Platform, text: string): Promise<string[]> {
  const hits = await platform.data('GET', `/api/v1/search?q=${encodeURIComponent(text)}`);
  return hits.map(({ title }: { title: string }) => title);
}

for (const engine of engines) {
  test(`${engine}: search`, async (t) => {
    await using platform = await startPlatform({ engine });
    const community = await platform.data('POST', '/api/v1/communities', { name: 'Clearwater', state: 'FL' });
    const business = await platform.data('POST', '/api/v1/businesses', { name: 'Harbor Street Café', community_id: community.id, phone: '+17275550142' });

    await t.test('finds what is written over the API at once, also with a typo', async () => {
      await platform.data('POST', '/api/v1/people', { business_id: business.id, first_name: 'María', last_name: 'López' });
      assert.deepEqual(await titles(platform, 'harbour cafe'), ['Harbor Street Café']);
      assert.deepEqual(await titles(platform, '727 555'), ['Harbor Street Café']);
      assert.deepEqual(await titles(platform, 'lopez mar'), ['María López']);
    });

    await t.test('finds what is written past the API after a tick, and forgets what is gone at once', async () => {
      await platform.sql("UPDATE businesses SET name = 'Ely Motors' WHERE id = ?1", business.id);
      await platform.cron();
      assert.deepEqual(await titles(platform, 'ely moters'), ['Ely Motors']);
      assert.deepEqual(await titles(platform, 'cafe'), []);
      await platform.sql('UPDATE people SET deleted_at = 1');
      assert.deepEqual(await titles(platform, 'maria'), []);
    });

    await t.test('brings an import into the index, tick by tick', async () => {
      await platform.sql(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
         INSERT INTO people (tenant_id, id, business_id, first_name, last_name, created_at, updated_at)
         SELECT '${platform.tenantId}', '01900000-0000-7000-8000-' || substr(CAST(100000000000 + i AS TEXT), 1, 12), '${business.id}', 'Robin', 'Reed', 0, 0 FROM n`,
      );
      await platform.cron();
      assert.equal((await platform.data('GET', '/api/v1/search?q=robin%20reed&limit=50')).length, 50);
      const [left] = await platform.sql<{ n: number }>('SELECT COUNT(*) AS n FROM search_pending');
      assert.equal(left!.n, 0);
    });

    await t.test('reads no more of many than of few', { skip: engine !== 'd1' && 'D1 counts rows' }, async () => {
      const before = await platform.metrics();
      await titles(platform, 'robin');
      const { rows_read } = await platform.metrics();
      assert.ok(rows_read - before.rows_read < 400, String(rows_read - before.rows_read));
    });
  });
}
