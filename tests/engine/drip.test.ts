// The engine's main job, end to end on the real runtime: a sequence goes out, is tracked, and every step is accounted for.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isBalanced, ledger, makePeople, startSequence } from '../support/campaign.ts';
import { engines, startPlatform } from '../support/platform.ts';
import { until } from '../support/wait.ts';

const DAY = 86_400_000;

for (const engine of engines) {
  test(`${engine}: a sequence goes out, one email a step, and the ledger accounts for all`, async () => {
    await using platform = await startPlatform({ engine });
    const { people } = await makePeople(platform, 3);
    const sequence = await startSequence(platform, [{ day_offset: 1 }, { day_offset: 2 }, { day_offset: 4 }]);
    const job = await platform.data('POST', `/api/v1/sequences/${sequence}/enrolments`, { filter: {} });
    assert.equal(job.status, 'done');
    assert.equal(job.enrolled, 3);
    for (let day = 0; day < 6; day++) {
      await platform.cron();
      await until(async () => (await ledger(platform, sequence)).pending === 0, { what: 'nothing is pending' });
      await platform.clock.advance(DAY);
    }
    const total = await ledger(platform, sequence);
    assert.equal(total.sent, 9);
    assert.ok(isBalanced(total));
    const { data: kept } = (await (await platform.fetch(`/dev/outbox.json?to=${people[0]!.email}`)).json()) as { data: any[] };
    assert.equal(kept.length, 3);
    assert.equal(new Set(kept.map((message: any) => message.send_id)).size, 3);
  });
}
