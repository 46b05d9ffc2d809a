// Files in and out on the real runtime: the bucket, the queue, and what happens when the runtime dies in the middle.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { until } from '../support/wait.ts';

async function community(platform: Platform): Promise<string> {
  return (await platform.data('POST', '/api/v1/communities', { name: 'Clearwater', state: 'FL', timezone: 'America/New_York' })).id;
}

/** Rows of businesses with a contact each. */
function rows(from: number, to: number): string {
  let text = '';
  for (let n = from; n < to; n++) text += `Shop ${n},7275${String(n).padStart(6, '0')},shop${n}@shops.example,https://shop${n}.example,${n} Main St,33755,Ann,ann@shop${n}.example\n`;
  return text;
}

const HEADER = 'Company,Phone,Email,Website,Street,ZIP,Contact First Name,Contact Email\n';

async function start(platform: Platform, id: string): Promise<void> {
  const { mapping } = await platform.data('GET', `/api/v1/imports/${id}`);
  await platform.data('PUT', `/api/v1/imports/${id}/mapping`, { ...mapping, defaults: { community_id: 'clearwater' } });
  await platform.data('POST', `/api/v1/imports/${id}/start`);
}

function reached(platform: Platform, path: string, ...statuses: string[]): Promise<any> {
  return until(
    async () => {
      const found = await platform.data('GET', path);
      return statuses.includes(found.status) && found;
    },
    { what: `${path} is ${statuses}`, timeout: 120_000 },
  );
}

async function count(platform: Platform, table: string): Promise<number> {
  return Number((await platform.sql<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n);
}

for (const engine of engines) {
  test(`${engine}: a file goes in, and a file comes out`, async () => {
    await using platform = await startPlatform({ engine });
    await community(platform);
    const file = `${HEADER}${rows(0, 1_500)}Broken,12,,,,,,\n`;
    const { id } = await platform.upload('/api/v1/imports?name=Fair', file);
    await start(platform, id);
    const done = await reached(platform, `/api/v1/imports/${id}`, 'done');
    assert.deepEqual([done.rows_done, done.created, done.updated, done.unchanged, done.refused], [1_501, 1_500, 0, 0, 1]);
    assert.ok(done.rows_per_second > 0);
    assert.deepEqual([await count(platform, 'businesses'), await count(platform, 'people')], [1_500, 1_500]);
    const refused = await platform.api('GET', `/api/v1/imports/${id}/refused.csv`);
    assert.match(refused.headers.get('content-type')!, /^text\/csv/);
    assert.match(refused.body, /^Broken,12,.*,1502,"phone: must be/m);

    const again = await platform.upload('/api/v1/imports', file);
    await start(platform, again.id);
    const second = await reached(platform, `/api/v1/imports/${again.id}`, 'done');
    assert.deepEqual([second.created, second.updated, second.unchanged, second.refused], [0, 0, 1_500, 1]);
    const [moved] = await platform.sql<{ n: number }>('SELECT COUNT(*) AS n FROM businesses WHERE updated_at <> created_at');
    assert.equal(Number(moved!.n), 0);

    const { id: export_ } = await platform.data('POST', '/api/v1/exports', { what: 'businesses', columns: ['name', 'phone', 'community_id'] });
    const exported = await reached(platform, `/api/v1/exports/${export_}`, 'done');
    assert.equal(exported.rows_done, 1_500);
    const byLink = await fetch(exported.link);
    assert.equal(byLink.status, 200);
    const text = await byLink.text();
    assert.equal(text.split('\r\n').length, 1_502);
    assert.equal(text.length, exported.file_size);
    assert.equal((await platform.api('GET', `/api/v1/exports/${export_}/file`)).body, text);
    assert.equal((await platform.fetch(`/files/${new URL(exported.link).pathname.split('/').at(-1)!.slice(0, -2)}AA`)).status, 404);
    await until(async () => (await platform.data('GET', '/api/v1/audit-log?filter[action]=export.link_followed')).length === 1, { what: 'the log has that the link was followed' });
    assert.equal((await platform.api('DELETE', `/api/v1/exports/${export_}`)).status, 204);
    assert.equal((await fetch(exported.link)).status, 404);
  });

  test(`${engine}: a file of several parts that comes as a stream`, async () => {
    await using platform = await startPlatform({ engine });
    await community(platform);
    // Without a length that is known before, and larger than a part of an upload.
    const filler = `${'x'.repeat(4_000)}\n`;
    const pieces = ['Name,Community,Description\n', ...Array.from({ length: 2_700 }, (_, n) => `Shop ${n},clearwater,${filler}`)];
    const stream = ReadableStream.from(pieces).pipeThrough(new TextEncoderStream()) as ReadableStream<Uint8Array<ArrayBuffer>>;
    const { id, file_size } = await platform.upload('/api/v1/imports', stream);
    assert.equal(file_size, pieces.join('').length);
    await platform.data('POST', `/api/v1/imports/${id}/dry-run`);
    const checked = await until(async () => ((found) => found.checked?.is_complete && found)(await platform.data('GET', `/api/v1/imports/${id}`)), { what: 'it is checked', timeout: 60_000 });
    assert.deepEqual([checked.status, checked.rows_total, checked.checked.would_create], ['ready', 2_700, 2_700]);
    const text = 'Name,Community\r\n"Café\r\nZoë",clearwater\r\n';
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    const other = await platform.upload('/api/v1/imports', new Uint8Array(utf16));
    assert.equal(other.status, 'converting');
    assert.deepEqual((await reached(platform, `/api/v1/imports/${other.id}`, 'ready')).samples, [['Café\r\nZoë', 'clearwater']]);
  });

  test(`${engine}: a runtime that dies halfway loses nothing and doubles nothing`, async () => {
    await using platform = await startPlatform({ engine });
    await community(platform);
    // Enough to be killed in the middle of: D1 is in the same process and much faster.
    const total = engine === 'd1' ? 40_000 : 9_000;
    const { id } = await platform.upload('/api/v1/imports', HEADER + rows(0, total));
    await start(platform, id);
    const under = async (): Promise<number> => (await platform.peek<{ n: number }>('SELECT rows_done AS n FROM imports WHERE id = ?1', id))[0]!.n;
    let ticking: Promise<unknown> | undefined;
    for (const share of [0.1, 0.3]) {
      await until(async () => (await under()) >= total * share, { what: `${share} of it is done`, timeout: 120_000 });
      await platform.kill();
      await ticking;
      assert.equal((await platform.data('GET', `/api/v1/imports/${id}`)).status, 'running', 'it was through before it was killed');
      assert.equal(await count(platform, 'businesses'), await under());
      // What was on the queue is lost with the runtime; the tick has somebody go on.
      await platform.clock.advance(600_000);
      // Its other work takes longer than the import, and dies with the runtime.
      ticking = platform.cron().catch(() => undefined);
    }
    const done = await reached(platform, `/api/v1/imports/${id}`, 'done');
    assert.deepEqual([done.rows_done, done.created, done.updated, done.unchanged, done.refused], [total, total, 0, 0, 0]);
    assert.deepEqual([await count(platform, 'businesses'), await count(platform, 'people')], [total, total]);
  });

  test(`${engine}: two messages at once count a row once`, async () => {
    await using platform = await startPlatform({ engine });
    await community(platform);
    const { id } = await platform.upload('/api/v1/imports', HEADER + rows(0, 4_000));
    await start(platform, id);
    const message = JSON.stringify({ tenant_id: platform.tenantId, import_id: id });
    await platform.enqueue('IMPORTS', ...Array.from({ length: 5 }, () => message));
    const done = await reached(platform, `/api/v1/imports/${id}`, 'done');
    assert.deepEqual([done.rows_done, done.created], [4_000, 4_000]);
    assert.equal(await count(platform, 'businesses'), 4_000);
  });
}
