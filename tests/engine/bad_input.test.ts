// Bad input gets a clear answer that names the field, writes nothing, and is never our fault.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makePeople, numbered, putTemplate, startSequence } from '../support/campaign.ts';
import { engines, startPlatform } from '../support/platform.ts';
import type { Answer, Platform } from '../support/platform.ts';

const ID = '01900000-0000-7000-8000-0000000000aa';
const TABLES = ['campaign_sequences', 'campaign_sequence_versions', 'campaign_steps', 'email_templates', 'enrolments', 'enrolment_jobs', 'send_log', 'suppressions', 'communities', 'businesses', 'people', 'tags', 'activities'];

async function rows(platform: Platform): Promise<Record<string, number>> {
  const counts = await platform.sql<Record<string, number>>(`SELECT ${TABLES.map((table) => `(SELECT COUNT(*) FROM ${table}) AS ${table}`).join(', ')}`);
  return { ...counts[0]! };
}

/** The fields an answer complains about. */
function fields({ body }: Answer): string[] {
  return (body.error.details ?? []).map(({ field }: { field: string }) => field);
}

type Case = [what: string, method: string, path: string, body: unknown, status: number, field?: string];

for (const engine of engines) {
  test(`${engine}: bad input`, async (t) => {
    await using platform = await startPlatform({ engine });
    await putTemplate(platform);
    const { people, businessId, communityId } = await makePeople(platform, 1);
    const sequence = await startSequence(platform, [{ day_offset: 1 }]);
    const step = (change: object): object => ({ name: 'Bad', steps: [{ ...(numbered([{ day_offset: 1 }])[0] as object), ...change }] });
    const steps = (...list: object[]): object => ({ name: 'Bad', steps: numbered(list as any) });
    const template = (change: object): object => ({ name: 'Bad', subject: 'Bad', body_html: '<p>Bad</p>', ...change });
    const S = '/api/v1/sequences';
    const T = '/api/v1/templates/bad';

    const cases: Case[] = [
      ['no JSON', 'POST', S, '{"name": ', 400],
      ['nothing', 'POST', S, '', 400],
      ['JSON with something after it', 'POST', S, '{"name":"Bad","steps":[]} {}', 400],
      ['a list', 'POST', S, [], 422, 'body'],
      ['a missing field', 'POST', S, { steps: [] }, 422, 'name'],
      ['a wrong type', 'POST', S, { name: 5, steps: [] }, 422, 'name'],
      ['an unknown field', 'POST', S, { ...steps({ day_offset: 1 }), nmae: 'x' }, 422, 'nmae'],
      ['an over-long name', 'POST', S, { ...steps({ day_offset: 1 }), name: 'x'.repeat(121) }, 422, 'name'],
      ['an empty name', 'POST', S, { ...steps({ day_offset: 1 }), name: '' }, 422, 'name'],
      ['an empty sequence', 'POST', S, { name: 'Bad', steps: [] }, 422, 'steps'],
      ['more steps than a sequence has', 'POST', S, steps(...Array.from({ length: 201 }, () => ({ day_offset: 1 }))), 422],
      ['a day that is none', 'POST', S, step({ day_offset: 0 }), 422, 'steps[0].day_offset'],
      ['a day that is a fraction', 'POST', S, step({ day_offset: 1.5 }), 422, 'steps[0].day_offset'],
      ['a day beyond all days', 'POST', S, step({ day_offset: 9_007_199_254_740_993 }), 422, 'steps[0].day_offset'],
      ['days that go back', 'POST', S, steps({ day_offset: 3 }, { day_offset: 2 }), 422, 'steps[1].day_offset'],
      ['numbers that do not count up', 'POST', S, step({ step_number: 2 }), 422, 'steps[0].step_number'],
      ['a template that is not there', 'POST', S, step({ template_id: 'nowhere' }), 422, 'steps[0].template_id'],
      ['a name used twice', 'POST', S, steps({ day_offset: 1, campaign_id: 'A' }, { day_offset: 2, campaign_id: 'A' }), 422, 'steps[1].campaign_id'],
      ['a landing page that leads elsewhere', 'POST', S, step({ landing_page: '../../evil' }), 422, 'steps[0].landing_page'],
      ['an unknown channel', 'POST', S, step({ channel: 'pigeon' }), 422, 'steps[0].channel'],
      ['a window that ends before it starts', 'POST', S, step({ send_window: { start: '17:00', end: '09:00' } }), 422, 'steps[0].send_window'],
      ['a window on no day', 'POST', S, step({ send_window: { start: '09:00', end: '17:00', days: [] } }), 422, 'steps[0].send_window'],
      ['an hour that is none', 'POST', S, { ...steps({ day_offset: 1 }), send_window: { start: '25:00', end: '26:00' } }, 422, 'send_window'],
      ['an unknown condition', 'POST', S, step({ conditions: { skip_if_raining: true } }), 422, 'steps[0].conditions.skip_if_raining'],
      ['a condition on a step that is not there', 'POST', S, step({ conditions: { skip_if_opened: 'X-9' } }), 422, 'steps[0].conditions.skip_if_opened'],
      ['a condition on itself', 'POST', S, step({ conditions: { skip_if_opened: 'C-1' } }), 422, 'steps[0].conditions.skip_if_opened'],
      [
        'a cycle of conditions', 'POST', S,
        steps({ day_offset: 1, campaign_id: 'A', conditions: { skip_if_opened: 'B' } }, { day_offset: 2, campaign_id: 'B', conditions: { skip_if_clicked: 'A' } }),
        422, 'steps[0].conditions.skip_if_opened',
      ],
      ['an unknown stop', 'POST', S, step({ conditions: { stop_if: ['bored'] } }), 422, 'steps[0].conditions.stop_if[0]'],
      ["a step's subject that does not parse", 'POST', S, step({ subject: '{{ first_name' }), 422, 'steps[0].subject'],
      ["a step's subject with an unknown variable", 'POST', S, step({ subject: 'Hi {{ frist_name }}' }), 422, 'steps[0].subject'],
      ["a step's subject of two lines", 'POST', S, step({ subject: 'Hi\r\nBcc: all@example.com' }), 422, 'steps[0].subject'],
      ['a bad id', 'GET', `${S}/5`, undefined, 422, 'id'],
      ['an id of nothing', 'GET', `${S}/${ID}`, undefined, 404],
      ['the ledger of nothing', 'GET', `${S}/${ID}/ledger`, undefined, 404],
      ['the replay of nothing', 'POST', `${S}/${ID}/replay`, {}, 404],
      ['a replay of bad ids', 'POST', `${S}/${sequence}/replay`, { send_ids: ['x'] }, 422, 'send_ids[0]'],
      ['a replay of no ids', 'POST', `${S}/${sequence}/replay`, { send_ids: [] }, 422],
      ['an unknown status', 'GET', `${S}?status=sleeping`, undefined, 422, 'status'],
      ['an unknown status of sends', 'GET', `${S}/${sequence}/sends?status=lost`, undefined, 422, 'status'],
      ['a step that is no number', 'GET', `${S}/${sequence}/sends?step=one`, undefined, 422, 'step'],
      ['a limit too far', 'GET', `${S}?limit=501`, undefined, 422, 'limit'],
      ['a cursor that is none', 'GET', `${S}?cursor=***`, undefined, 422, 'cursor'],
      ['a version that is no number', 'POST', `${S}/${sequence}/versions/two/publish`, undefined, 422, 'version'],
      ['a version that is not there', 'POST', `${S}/${sequence}/versions/9/publish`, undefined, 404],
      ['an empty version', 'POST', `${S}/${sequence}/versions`, { steps: [] }, 422, 'steps'],
      ['an unknown way to move', 'POST', `${S}/${sequence}/versions`, { steps: numbered([{ day_offset: 1 }]), enrolments_under_way: 'drop' }, 422, 'enrolments_under_way'],
      ['nobody to enrol', 'POST', `${S}/${sequence}/enrolments`, {}, 422, 'person_id'],
      ['two ways to enrol', 'POST', `${S}/${sequence}/enrolments`, { person_id: people[0]!.id, filter: {} }, 422, 'person_id'],
      ['somebody who is not there', 'POST', `${S}/${sequence}/enrolments`, { person_id: ID }, 422, 'person_id'],
      ['somebody of a bad id', 'POST', `${S}/${sequence}/enrolments`, { person_id: "' OR 1=1" }, 422, 'person_id'],
      ['an unknown filter', 'POST', `${S}/${sequence}/enrolments`, { filter: { communty_id: communityId } }, 422, 'filter.communty_id'],
      ['a community that is not there', 'POST', `/api/v1/communities/${ID}/deploy`, { sequence_id: sequence }, 404],
      ['a deployment of no sequence', 'POST', `/api/v1/communities/${communityId}/deploy`, { sequence_id: ID }, 422, 'sequence_id'],
      ['an over-long reason', 'POST', `/api/v1/enrolments/${ID}/stop`, { reason: 'x'.repeat(101) }, 422, 'reason'],
      ['a stop of nobody', 'POST', `/api/v1/enrolments/${ID}/stop`, {}, 404],
      ['a job that is not there', 'GET', `/api/v1/enrolment-jobs/${ID}`, undefined, 404],
      ['a send that is not there', 'POST', `/api/v1/sends/${ID}/settle`, { status: 'sent' }, 404],
      ['a status nobody settles to', 'POST', `/api/v1/sends/${ID}/settle`, { status: 'opened' }, 422, 'status'],
      ['a template that does not parse', 'PUT', T, template({ body_html: '<p>{{ first_name </p>' }), 422, 'body_html'],
      ['a template with an unknown variable', 'PUT', T, template({ subject: 'Hi {{ frist_name }}' }), 422, 'subject'],
      ['a template with an unknown filter', 'PUT', T, template({ body_html: '{{ first_name | shout }}' }), 422, 'body_html'],
      ['a template that loops without end', 'PUT', T, template({ body_html: '{% for a in range(100000000) %}{% for b in range(100000000) %}x{% endfor %}{% endfor %}' }), 422, 'body_html'],
      ['a template without unsubscribe link and address', 'PUT', T, template({ layout: 'none' }), 422, 'body_html'],
      ['an over-long subject', 'PUT', T, template({ subject: 'x'.repeat(251) }), 422, 'subject'],
      ['a subject of two lines', 'PUT', T, template({ subject: 'Hi\nBcc: all@example.com' }), 422, 'subject'],
      ['a bad id of a template', 'PUT', '/api/v1/templates/Bad%20Name', template({}), 422, 'id'],
      ['a template that is not there', 'GET', '/api/v1/templates/nowhere', undefined, 404],
      ['an address that is none', 'POST', '/api/v1/suppressions', { address: 'nobody' }, 422, 'address'],
      ['a suppression nobody entered', 'DELETE', '/api/v1/suppressions/a@b.example', undefined, 404],
      ['a person of no business', 'POST', '/api/v1/people', { business_id: ID, email: 'a@b.example' }, 422, 'business_id'],
      ['an email that is none', 'POST', '/api/v1/people', { business_id: businessId, email: 'a b@c' }, 422, 'email'],
      ['a time zone that is none', 'POST', '/api/v1/businesses', { name: 'Bad', community_id: communityId, timezone: 'Mars/Olympus' }, 422, 'timezone'],
      ['an activity that is ours to enter', 'POST', `/api/v1/businesses/${businessId}/activities`, { type: 'email_opened' }, 422, 'type'],
      ['a clock in the query of nowhere', 'POST', '/dev/clock', { now_ms: 1, advance_ms: 1 }, 422, 'now_ms'],
      ['a path that is not there', 'GET', '/api/v1/nothing', undefined, 404],
      ['a path outside the API', 'GET', '/wp-admin.php', undefined, 404],
      ['a method that is not there', 'DELETE', S, undefined, 405],
      ['a method that is not there', 'GET', `${S}/${sequence}/pause`, undefined, 405],
      ['a method that is not there', 'PUT', '/webhooks/ses', {}, 405],
    ];

    for (const [what, method, path, body, status, field] of cases) {
      await t.test(`${what}: ${method} ${path.replaceAll(sequence, '{id}').replaceAll(businessId, '{id}').replaceAll(communityId, '{id}')}`, async () => {
        const before = await rows(platform);
        const answer = await platform.api(method, path, body);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        assert.equal(typeof answer.body.error?.code, 'string');
        assert.ok(answer.body.error.message.length > 5);
        assert.ok(answer.headers.get('x-request-id'));
        if (field) assert.ok(fields(answer).includes(field), `${field} in ${JSON.stringify(answer.body.error)}`);
        if (field) assert.ok(JSON.stringify(answer.body.error).includes(field));
        assert.deepEqual(await rows(platform), before);
      });
    }

    await t.test('an unknown variable is named', async () => {
      const { body } = await platform.api('PUT', T, template({ body_html: '<p>{{ first_name }} {{ compnay }}</p>' }));
      assert.match(body.error.message, /^body_html: `compnay` is not a variable/);
      assert.equal(body.error.details.length, 1);
    });

    await t.test('many mistakes are all named', async () => {
      const answer = await platform.api('POST', S, steps({ day_offset: 3, template_id: 'no' }, { day_offset: 2, campaign_id: 'C-1', conditions: { skip_if_opened: 'Z' } }));
      assert.deepEqual(fields(answer).sort(), ['steps[0].template_id', 'steps[1].campaign_id', 'steps[1].conditions.skip_if_opened', 'steps[1].day_offset']);
    });

    await t.test('a body that is too large', async () => {
      // The answer comes before the whole body is read, and the connection ends: nobody else may be using it again.
      const answer = await platform.api('PUT', T, template({ body_html: 'x'.repeat(1_100_000) }), { connection: 'close' });
      assert.equal(answer.status, 413);
      assert.equal(answer.body.error.code, 'body_too_large');
    });

    await t.test('what is not text', async () => {
      for (const body of [Buffer.from([0xff, 0xfe, 0x00]), Buffer.from('{"name":"\ud800"}'), Buffer.from(`{"name":"a\\u0000b","steps":[]}`), Buffer.from('['.repeat(100_000))]) {
        const answer = await platform.fetch(S, { method: 'POST', headers: { authorization: `Bearer ${platform.apiKey}` }, body });
        assert.ok([400, 422].includes(answer.status), `${body.subarray(0, 20)}: ${answer.status}`);
      }
    });

    await t.test('a zero character, which Postgres does not keep, wherever it comes in', async () => {
      const zero = 'a\u0000b';
      const named = await platform.api('POST', S, { ...(steps({ day_offset: 1 }) as object), name: zero });
      assert.deepEqual([named.status, fields(named)], [422, ['name']]);
      const inside = await platform.api('POST', S, step({ subject: zero }));
      assert.deepEqual([inside.status, fields(inside)], [422, ['steps[0].subject']]);
      const tag = await platform.api('POST', '/api/v1/tags', { name: zero });
      assert.deepEqual([tag.status, fields(tag)], [422, ['name']]);
      const query = await platform.api('GET', '/api/v1/templates?category=a%00b');
      assert.deepEqual([query.status, fields(query)], [422, ['category']]);
      const cursor = await platform.api('GET', `/api/v1/templates?cursor=${Buffer.from(zero).toString('base64url')}`);
      assert.deepEqual([cursor.status, fields(cursor)], [422, ['cursor']]);
      for (const path of ['/api/v1/templates/a%00b', '/api/v1/suppressions/a%00b', '/dev/outbox/a%00b']) {
        assert.equal((await platform.api('GET', path)).status, 404, path);
      }
    });

    await t.test('no key, another key, half a key: 401, and nothing is said', async () => {
      for (const authorization of [undefined, '', 'Bearer', 'Bearer ', `Bearer ${platform.apiKey}x`, `Bearer ${platform.apiKey.slice(0, -1)}`, `Basic ${platform.apiKey}`, platform.apiKey]) {
        for (const path of [S, `${S}/${sequence}`, '/api/v1/people']) {
          const answer = await platform.fetch(path, { headers: authorization === undefined ? {} : { authorization } });
          assert.equal(answer.status, 401, `${authorization}`);
          assert.doesNotMatch(await answer.text(), /Test sequence/);
        }
      }
    });

    await t.test('nothing of it was our fault', () => {
      assert.deepEqual(platform.logs.filter(({ message }) => /request failed|panicked|unreachable/.test(message)), []);
    });
  });

  test(`${engine}: in production /dev does not exist`, async () => {
    await using platform = await startPlatform({ engine, vars: { ENVIRONMENT: 'production' } });
    for (const path of ['/dev/clock', '/dev/outbox', '/dev/outbox.json', '/dev/metrics', '/dev/']) {
      for (const method of ['GET', 'POST']) assert.equal((await platform.api(method, path, method === 'POST' ? { advance_ms: 1 } : undefined)).status, 404, `${method} ${path}`);
    }
    assert.equal((await platform.fetch('/health')).status, 200);
  });
}
