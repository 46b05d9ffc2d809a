// Deals on the real runtime: what only it shows is that a batch there is one, and what happens when many move the same deal.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';

for (const engine of engines) {
  test(`${engine}: deals go through a pipeline`, async (t) => {
    await using platform = await startPlatform({ engine });
    const call = (method: string, path: string, body?: unknown): Promise<any> => platform.data(method, `/api/v1${path}`, body);
    const [sales] = await call('GET', '/pipelines');
    assert.equal(sales.built_in, 'lead_to_booking');
    const [fresh, contacted, qualified, booked] = sales.stages.map(({ id }: { id: string }) => id);
    const town = await call('POST', '/communities', { name: 'Clearwater', state: 'FL' });
    const business = await call('POST', '/businesses', { community_id: town.id, name: 'Harbor Bakery' });
    const deal = (name: string, more: object = {}): Promise<any> => call('POST', '/deals', { pipeline_id: sales.id, business_id: business.id, name, ...more });
    const move = (id: string, stage_id: string, headers = {}) => platform.api('POST', `/api/v1/deals/${id}/move`, { stage_id }, headers);

    await t.test('many move one deal at once: each move is made once, and none is half', async () => {
      const { id } = await deal('contested');
      const to = [contacted, qualified, contacted, qualified, booked, booked];
      const answers = await Promise.all(to.map((stage) => move(id, stage)));
      assert.ok(answers.every(({ status, body }) => status === 200 || body.error.code === 'deal_is_changing'));
      const moves: any[] = (await call('GET', `/deals/${id}/moves`)).reverse();
      for (const [index, { from_stage_id }] of moves.entries()) assert.equal(from_stage_id, index === 0 ? null : moves[index - 1].to_stage_id, 'each goes on from the last');
      assert.equal((await call('GET', `/deals/${id}`)).stage_id, moves.at(-1).to_stage_id);
      const entries: any[] = await call('GET', `/businesses/${business.id}/activities`);
      assert.equal(entries.filter(({ source }) => source === 'pipelines').length, moves.length, 'the timeline has as many');
    });

    await t.test('of two who know the same version one is refused', async () => {
      const { id } = await deal('versioned');
      const tag = (await platform.api('GET', `/api/v1/deals/${id}`)).headers.get('etag')!;
      const answers = await Promise.all([move(id, contacted, { 'if-match': tag }), move(id, qualified, { 'if-match': tag })]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
    });

    await t.test('many come to the same place at once and all are there', async () => {
      const made = await Promise.all(Array.from({ length: 8 }, (_, index) => platform.api('POST', '/api/v1/deals', { pipeline_id: sales.id, business_id: business.id, name: `rush ${index}`, stage_id: fresh })));
      const there = made.filter(({ status }) => status === 201).length;
      assert.ok(made.every(({ status, body }) => status === 201 || body.error.code === 'deal_is_changing'));
      const board = await call('GET', `/pipelines/${sales.id}/board?limit=3`);
      assert.equal(board.stages[0].count, there);
      const rest = await platform.api('GET', `/api/v1/stages/${fresh}/deals?limit=100&cursor=${board.stages[0].next_cursor}`);
      assert.equal(rest.body.data.length, there - 3);
    });

    await t.test('the figures are those of the history', async () => {
      const figures = await call('GET', `/pipelines/${sales.id}/conversion`);
      const board = await call('GET', `/pipelines/${sales.id}/board`);
      const all = board.stages.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
      assert.equal(figures.entered, all);
      assert.deepEqual(figures.stages.map(({ still_here }: any) => still_here), board.stages.map(({ count }: any) => count));
    });
  });
}
