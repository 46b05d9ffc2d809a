// A sequence's life, its versions, who is enrolled, what its conditions decide, and when it sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALWAYS_OPEN, ledger, makePeople, numbered, putTemplate, startSequence } from '../support/campaign.ts';
import type { StepInput } from '../support/campaign.ts';
import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { counted, mailOf, visit } from '../support/reading.ts';
import { DAY, HOUR, dueNow, enrolCommunity, startRun, startRunByItsWindow, tickAndSettle } from '../support/sending.ts';
import type { Run } from '../support/sending.ts';
import { until } from '../support/wait.ts';

/** Day after day until nobody is under way. */
async function toTheEnd(platform: Platform, sequence: string): Promise<void> {
  for (let day = 0; day < 12; day++) {
    await tickAndSettle(platform, sequence);
    if ((await platform.data('GET', `/api/v1/sequences/${sequence}/enrolments?status=active&limit=1`)).length === 0) return;
    await platform.clock.advance(DAY);
  }
  throw new Error('the sequence does not end');
}

/** What became of each step, by number: its status, or the reason it was skipped. */
async function outcomes(platform: Platform, run: Run, index = 0): Promise<string[]> {
  const rows = await platform.data('GET', `/api/v1/sequences/${run.sequence}/sends?person_id=${run.people[index]!.id}`);
  return rows.sort((a: any, b: any) => a.step_number - b.step_number).map((row: any) => row.failure_reason ?? row.status);
}

async function enrolment(platform: Platform, run: Run): Promise<[string, string | null]> {
  const [row] = await platform.data('GET', `/api/v1/sequences/${run.sequence}/enrolments`);
  return [row.status, row.status_reason];
}

const withConditions = (...conditions: Record<string, unknown>[]): StepInput[] => [
  { day_offset: 1 },
  ...conditions.map((condition, index) => ({ day_offset: index + 2, conditions: condition })),
];

for (const engine of engines) {
  test(`${engine}: sequences`, async (t) => {
    await using platform = await startPlatform({ engine });

    await t.test('a life: draft, active, paused, active, archived', async () => {
      await putTemplate(platform);
      const { id, status, current_version } = await platform.data('POST', '/api/v1/sequences', { name: 'A life', steps: numbered([{ day_offset: 1 }]) });
      assert.deepEqual([status, current_version], ['draft', null]);
      const act = async (action: string): Promise<unknown> => {
        const { status, body } = await platform.api('POST', `/api/v1/sequences/${id}/${action}`);
        return status === 200 ? body.data.status : body.error.code;
      };
      const { people } = await makePeople(platform, 1);
      assert.equal((await platform.api('POST', `/api/v1/sequences/${id}/enrolments`, { person_id: people[0]!.id })).status, 409);
      assert.equal(await act('pause'), 'sequence_status');
      assert.equal(await act('activate'), 'active');
      assert.equal(await act('activate'), 'active');
      assert.equal(await act('pause'), 'paused');
      assert.equal(await act('activate'), 'sequence_status');
      assert.equal(await act('resume'), 'active');
      assert.equal(await act('archive'), 'archived');
      for (const action of ['activate', 'pause', 'resume']) assert.equal(await act(action), 'sequence_status');
      assert.equal((await platform.api('POST', `/api/v1/sequences/${id}/enrolments`, { person_id: people[0]!.id })).status, 409);
    });

    await t.test('versions: added, published once, never back', async () => {
      const sequence = await startSequence(platform, [{ day_offset: 1 }]);
      const add = (steps: StepInput[]): Promise<any> => platform.data('POST', `/api/v1/sequences/${sequence}/versions`, { steps: numbered(steps) });
      assert.equal((await add([{ day_offset: 1 }, { day_offset: 5 }])).latest_version, 2);
      assert.equal((await add([{ day_offset: 1 }, { day_offset: 9 }])).latest_version, 3);
      assert.equal((await platform.data('GET', `/api/v1/sequences/${sequence}`)).current_version, 1);
      assert.equal((await platform.data('POST', `/api/v1/sequences/${sequence}/versions/3/publish`)).current_version, 3);
      assert.equal((await platform.api('POST', `/api/v1/sequences/${sequence}/versions/2/publish`)).status, 409);
      assert.equal((await platform.api('POST', `/api/v1/sequences/${sequence}/versions/4/publish`)).status, 404);
      const { steps } = await platform.data('GET', `/api/v1/sequences/${sequence}`);
      assert.deepEqual(steps.map((step: any) => step.day_offset), [1, 9]);
      const first = await platform.data('GET', `/api/v1/sequences/${sequence}/versions/1`);
      assert.equal(first.steps[0].id, steps[0].id, 'a step keeps its id');
      const both = await Promise.all([1, 2].map(() => platform.api('POST', `/api/v1/sequences/${sequence}/versions`, { steps: numbered([{ day_offset: 1 }]) })));
      assert.ok(both.every(({ status }) => status === 201 || status === 409), JSON.stringify(both.map(({ status }) => status)));
      const versions = await platform.data('GET', `/api/v1/sequences/${sequence}/versions`);
      assert.equal(new Set(versions.map(({ version }: any) => version)).size, versions.length);
    });

    await t.test('enrolling again, alone or at once, enrols nobody twice', async () => {
      const { people, communityId } = await makePeople(platform, 5);
      const sequence = await startSequence(platform, [{ day_offset: 1 }], { send_window: ALWAYS_OPEN });
      const one = (): Promise<any> => platform.data('POST', `/api/v1/sequences/${sequence}/enrolments`, { person_id: people[0]!.id });
      assert.deepEqual(await one(), { enrolled: 1, already_enrolled: 0 });
      assert.deepEqual(await one(), { enrolled: 0, already_enrolled: 1 });
      const jobs = await Promise.all([1, 2, 3].map(() => enrolCommunity(platform, sequence, communityId)));
      assert.equal(jobs.reduce((sum, job) => sum + job.enrolled, 0), 4);
      for (const job of jobs) assert.deepEqual([job.status, job.matched, job.enrolled + job.already_enrolled], ['done', 5, 5]);
      const enrolments = await platform.data('GET', `/api/v1/sequences/${sequence}/enrolments`);
      assert.equal(enrolments.length, 5);
      await toTheEnd(platform, sequence);
      assert.deepEqual(await one(), { enrolled: 0, already_enrolled: 1 }, 'who is through is not let in again');
    });

    await t.test('again only where the sequence allows it, and only when through', async () => {
      const run = await startRun(platform, 1, [{ day_offset: 1 }], { allow_reenrolment: true });
      const again = (): Promise<any> => platform.data('POST', `/api/v1/sequences/${run.sequence}/enrolments`, { person_id: run.people[0]!.id });
      assert.equal((await again()).enrolled, 0);
      await toTheEnd(platform, run.sequence);
      assert.equal((await again()).enrolled, 1);
      await toTheEnd(platform, run.sequence);
      assert.deepEqual(await outcomes(platform, run), ['sent', 'sent']);
      const enrolments = await platform.data('GET', `/api/v1/sequences/${run.sequence}/enrolments`);
      assert.deepEqual(enrolments.map(({ run }: any) => run).sort(), [1, 2]);
    });

    await t.test('a community is deployed, once, with its progress', async () => {
      const { communityId } = await makePeople(platform, 4);
      const sequence = await startSequence(platform, [{ day_offset: 1 }]);
      const deploy = (): Promise<any> => platform.data('POST', `/api/v1/communities/${communityId}/deploy`, { sequence_id: sequence });
      const first = await deploy();
      const job = await platform.data('GET', `/api/v1/enrolment-jobs/${first.id}`);
      assert.deepEqual([job.status, job.matched, job.enrolled, job.already_enrolled], ['done', 4, 4, 0]);
      assert.ok(job.finished_at);
      const community = await platform.data('GET', `/api/v1/communities/${communityId}`);
      assert.equal(community.status, 'active');
      assert.ok(community.deployed_at);
      const second = await deploy();
      assert.deepEqual([second.enrolled, second.already_enrolled], [0, 4]);
    });

    await t.test('a job too large for one answer is finished by the ticks', async () => {
      const { communityId, businessId } = await makePeople(platform, 1);
      const sequence = await startSequence(platform, [{ day_offset: 90 }]);
      const rows = Array.from({ length: 1_400 }, (_, index) => `('${platform.tenantId}', '01980000-0000-7000-8000-${String(index).padStart(12, '0')}', '${businessId}', 'many-${index}@bakery.example', 0, 0)`);
      for (let at = 0; at < rows.length; at += 350) {
        await platform.sql(`INSERT INTO people (tenant_id, id, business_id, email, created_at, updated_at) VALUES ${rows.slice(at, at + 350).join(', ')}`);
      }
      const job = await enrolCommunity(platform, sequence, communityId);
      assert.deepEqual([job.status, job.matched], ['running', 1_000]);
      await platform.cron();
      const done = await platform.data('GET', `/api/v1/enrolment-jobs/${job.id}`);
      assert.deepEqual([done.status, done.matched, done.enrolled], ['done', 1_401, 1_401]);
      await platform.data('POST', `/api/v1/sequences/${sequence}/archive`);
    });

    await t.test('skipped when an earlier step, or any, was clicked or replied to', async () => {
      const run = await startRun(platform, 2, withConditions({ skip_if_clicked: 'C-1' }, { skip_if_clicked: 'any' }, { skip_if_replied: 'any' }, { skip_if_clicked: 'C-2' }));
      await tickAndSettle(platform, run.sequence);
      await platform.clock.advance(HOUR);
      const [mail] = await mailOf(platform, run.people[0]!.email);
      await visit(platform, mail!.clicks[0]!);
      await counted(platform, mail!.sendId, 0, 1);
      await platform.data('POST', `/api/v1/businesses/${run.businessId}/activities`, { type: 'email_replied', person_id: run.people[0]!.id });
      await toTheEnd(platform, run.sequence);
      assert.deepEqual(await outcomes(platform, run), ['sent', 'clicked:C-1', 'clicked:C-1', 'replied:C-1', 'sent']);
      assert.deepEqual(await outcomes(platform, run, 1), ['sent', 'sent', 'sent', 'sent', 'sent']);
    });

    await t.test('skipped by tag and lead status of the business, as they are when the step is due', async () => {
      const run = await startRun(platform, 1, withConditions({ skip_if_tag: ['vip'] }, { skip_unless_tag: ['vip', 'gold'] }, { skip_if_lead_status: ['customer'] }, { skip_unless_tag: ['silver'] }));
      const tag = await platform.data('POST', '/api/v1/tags', { name: 'vip' });
      await tickAndSettle(platform, run.sequence);
      assert.equal((await platform.api('PUT', `/api/v1/businesses/${run.businessId}/tags/${tag.id}`)).status < 300, true);
      await platform.data('PATCH', `/api/v1/businesses/${run.businessId}`, { lead_status: 'customer' });
      await toTheEnd(platform, run.sequence);
      assert.deepEqual(await outcomes(platform, run), ['sent', 'has_tag:vip', 'sent', 'lead_status:customer', 'lacks_tag:silver']);
    });

    for (const [event, type] of [
      ['replied', 'email_replied'],
      ['booked', 'appointment_booked'],
      ['ordered', 'order_paid'],
    ] as const) {
      await t.test(`stopped when they have ${event} since they began`, async () => {
        const { businessId, people, communityId } = await makePeople(platform, 1);
        await platform.data('POST', `/api/v1/businesses/${businessId}/activities`, { type, person_id: people[0]!.id });
        await platform.clock.advance(HOUR);
        const sequence = await startSequence(platform, withConditions({ stop_if: [event] }, { stop_if: [event] }), { send_window: ALWAYS_OPEN });
        await enrolCommunity(platform, sequence, communityId);
        const run = { sequence, businessId, people, communityId };
        await dueNow(platform, sequence);
        await tickAndSettle(platform, sequence);
        await platform.clock.advance(2 * DAY);
        await tickAndSettle(platform, sequence);
        assert.deepEqual(await outcomes(platform, run), ['sent', 'sent'], 'what was before does not count');
        await platform.data('POST', `/api/v1/businesses/${businessId}/activities`, { type, person_id: people[0]!.id });
        await toTheEnd(platform, sequence);
        assert.deepEqual(await enrolment(platform, run), ['stopped', event]);
        assert.deepEqual(await outcomes(platform, run), ['sent', 'sent']);
      });
    }

    await t.test('stopped by hand', async () => {
      const run = await startRun(platform, 1, [{ day_offset: 1 }, { day_offset: 2 }]);
      await tickAndSettle(platform, run.sequence);
      const [row] = await platform.data('GET', `/api/v1/sequences/${run.sequence}/enrolments`);
      await platform.data('POST', `/api/v1/enrolments/${row.id}/stop`, { reason: 'asked by phone' });
      await toTheEnd(platform, run.sequence);
      assert.deepEqual(await enrolment(platform, run), ['stopped', 'asked by phone']);
      assert.deepEqual(await outcomes(platform, run), ['sent']);
    });

    await t.test('nine in the morning is nine in the morning at the recipient', async () => {
      await platform.clock.set('2027-06-07T03:00:00Z');
      const window = { start: '09:00', end: '09:30', days: ['mon', 'tue', 'wed', 'thu', 'fri'] };
      const steps = [1, 2, 3].map((day) => ({ day_offset: day, send_window: window }));
      const sequence = await startSequence(platform, steps);
      const zones = ['America/Phoenix', 'America/New_York', 'Pacific/Honolulu'];
      for (const zone of zones) {
        const { people } = await makePeople(platform, 2, zone);
        for (const { id } of people) await platform.data('POST', `/api/v1/sequences/${sequence}/enrolments`, { person_id: id });
      }
      for (let round = 0; round < 40; round++) {
        const [next] = await platform.sql<{ at: number | null }>('SELECT MIN(next_send_at) AS at FROM enrolments WHERE sequence_id = ?1', sequence);
        if (next?.at == null) break;
        await platform.clock.set(next.at);
        await tickAndSettle(platform, sequence);
      }
      const rows = await platform.sql<{ timezone: string; sent_at: number; step_number: number }>(
        'SELECT e.timezone, s.sent_at, s.step_number FROM send_log s JOIN enrolments e ON e.tenant_id = s.tenant_id AND e.id = s.enrolment_id WHERE s.sequence_id = ?1',
        sequence,
      );
      assert.equal(rows.length, 18);
      assert.deepEqual(new Set(rows.map(({ timezone }) => timezone)), new Set(zones));
      for (const { timezone, sent_at, step_number } of rows) {
        const local = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(sent_at);
        assert.match(local, /^(Mon|Tue|Wed|Thu),? 09:[0-2]\d$/, `${timezone} step ${step_number}: ${local}`);
      }
    });

    await t.test('a step whose window is not open today waits for the day it is', async () => {
      await platform.clock.set('2027-06-11T20:00:00Z');
      const run = await startRunByItsWindow(platform, 1, [{ day_offset: 1, send_window: { start: '09:00', end: '10:00', days: ['mon'] } }]);
      const [row] = await platform.data('GET', `/api/v1/sequences/${run.sequence}/enrolments`);
      assert.match(row.next_send_at, /^2027-06-14T13:/);
    });

    await t.test('a day has no more sends than the tenant allows; the rest goes the next day', async () => {
      await platform.clock.set('2027-07-01T12:00:00Z');
      await platform.sql('UPDATE tenants SET daily_send_limit = 3');
      const run = await startRun(platform, 8);
      await tickOnce(platform);
      assert.deepEqual(await sums(platform, run.sequence), { sent: 3, pending: 5 });
      await platform.clock.advance(2 * HOUR);
      await tickOnce(platform);
      assert.deepEqual(await sums(platform, run.sequence), { sent: 3, pending: 5 });
      await platform.clock.set('2027-07-02T00:01:00Z');
      await tickOnce(platform);
      assert.deepEqual(await sums(platform, run.sequence), { sent: 6, pending: 2 });
      await platform.clock.set('2027-07-03T00:01:00Z');
      await tickAndSettle(platform, run.sequence);
      assert.deepEqual(await sums(platform, run.sequence), { sent: 8, pending: 0 });
      await platform.sql('UPDATE tenants SET daily_send_limit = NULL');
    });
  });
}

/** A tick, until every batch of it has been looked at: none is on its way to the dispatcher any more. */
async function tickOnce(platform: Platform): Promise<void> {
  await platform.cron();
  const now = await platform.clock.get();
  await until(async () => (await platform.sql('SELECT id FROM send_batches WHERE not_before <= ?1', now)).length === 0, { what: 'no batch is on its way' });
}

async function sums(platform: Platform, sequence: string): Promise<{ sent: number; pending: number }> {
  const { sent, pending } = await ledger(platform, sequence);
  return { sent, pending };
}
