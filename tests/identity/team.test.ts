// Who belongs to a tenant: invitations, members, the last owner, locations.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import type { Platform } from '../support/platform.ts';
import { Browser, PASSWORD, address, as, joined, mailedTokens, member } from '../support/team.ts';

const DAY = 86_400_000;

async function secondTenant(platform: Platform): Promise<string> {
  const id = randomUUID();
  await platform.sql(
    `INSERT INTO tenants (id, name, slug, sender_name, sender_email, postal_address, landing_base_url, timezone, created_at, updated_at)
     SELECT ?1, 'Elsewhere', ?2, sender_name, sender_email, postal_address, landing_base_url, timezone, 0, 0 FROM tenants WHERE id = ?3`,
    id, `elsewhere-${id}`, platform.tenantId,
  );
  return id;
}

for (const engine of engines) {
  test(`${engine}: somebody is invited and joins`, async () => {
    await using platform = await startPlatform({ engine });
    const owner = await joined(platform, 'owner');
    const by = (method: string, path: string, body?: unknown) => as(platform, owner.access, method, path, body);
    const { body: { data: location } } = await by('POST', '/api/v1/locations', { name: 'Clearwater', timezone: 'America/New_York' });
    const email = address();
    const invited = await by('POST', '/api/v1/invitations', { email, role: 'admin', location_ids: [location.id] });
    assert.equal(invited.status, 201);
    assert.equal(invited.body.data.invited_by, owner.userId);
    assert.ok(!JSON.stringify(invited.body).includes('token'));
    const resent = await by('POST', `/api/v1/invitations/${invited.body.data.id}/resend`);
    assert.equal(resent.status, 200);
    const [old, token] = await mailedTokens(platform, email);
    const accept = (token: string, name = 'Sam Ortiz') => platform.api('POST', '/api/v1/auth/accept-invitation', { token, name, password: PASSWORD }, { authorization: '' });
    assert.deepEqual([(await accept(old!)).status, (await accept(old!)).body.error.code], [401, 'invitation_over']);

    const browser = new Browser(platform);
    const page = await browser.go('GET', `/auth/invitation/${token}`);
    assert.match(page.body, /Join Riverside Local Media/);
    const nameless = await browser.go('POST', `/auth/invitation/${token}`, new URLSearchParams({ name: '', password: '' }));
    assert.equal(nameless.status, 422);
    const done = await browser.go('POST', `/auth/invitation/${token}`, new URLSearchParams({ name: 'Sam Ortiz', password: '' }));
    assert.equal(done.status, 303);
    const { body: { data: me } } = await browser.go('GET', '/api/v1/me');
    assert.deepEqual([me.user.name, me.user.has_password, me.membership.role], ['Sam Ortiz', false, 'admin']);
    assert.deepEqual(me.membership.location_ids, [location.id]);
    assert.equal((await accept(token!)).status, 401);
    assert.equal((await by('POST', '/api/v1/invitations', { email, role: 'agent' })).body.error.code, 'already_a_member');

    const late = address();
    await by('POST', '/api/v1/invitations', { email: late, role: 'agent' });
    const [lateToken] = await mailedTokens(platform, late);
    await platform.clock.advance(7 * DAY);
    assert.equal((await accept(lateToken!)).body.error.code, 'invitation_over');
  });

  test(`${engine}: what an invitation says is checked`, async () => {
    await using platform = await startPlatform({ engine });
    const admin = await joined(platform, 'admin');
    const invite = (body: object) => as(platform, admin.access, 'POST', '/api/v1/invitations', { email: address(), role: 'agent', ...body });
    for (const [body, field] of [
      [{ email: 'nobody' }, 'email'],
      [{ role: 'emperor' }, 'role'],
      [{ location_ids: [randomUUID()] }, 'location_ids[0]'],
    ] as const) {
      const { status, body: answered } = await invite(body);
      assert.deepEqual([status, answered.error.details[0].field], [422, field]);
    }
    assert.equal((await invite({ role: 'owner' })).body.error.code, 'owners_only');
    const { body: { data } } = await invite({});
    assert.equal((await as(platform, admin.access, 'DELETE', `/api/v1/invitations/${data.id}`)).status, 204);
    assert.equal((await as(platform, admin.access, 'DELETE', `/api/v1/invitations/${data.id}`)).body.error.code, 'invitation_is_closed');
    const agent = await joined(platform, 'agent');
    assert.equal((await as(platform, agent.access, 'POST', '/api/v1/invitations', { email: address(), role: 'agent' })).status, 403);
  });

  test(`${engine}: the last owner stays, also when two leave at once`, async () => {
    await using platform = await startPlatform({ engine });
    const [one, other] = [await joined(platform, 'owner'), await joined(platform, 'owner')];
    const remove = (by: string, who: string) => as(platform, by, 'DELETE', `/api/v1/members/${who}`);
    const answers = await Promise.all([remove(one.access, other.userId), remove(other.access, one.userId)]);
    assert.ok(answers.some(({ status }) => status === 204));
    const { body: { data: left } } = await platform.api('GET', '/api/v1/members');
    assert.equal(left.filter(({ role }: any) => role === 'owner').length, 1);
    const last = left[0].user_id === one.userId ? one : other;
    for (const [method, body] of [['DELETE', undefined], ['PATCH', { role: 'admin' }], ['PATCH', { status: 'suspended' }]] as const) {
      const { status, body: answered } = await as(platform, last.access, method, `/api/v1/members/${last.userId}`, body);
      assert.deepEqual([status, answered.error.code], [409, 'last_owner']);
    }
    const gone = last === one ? other : one;
    assert.equal((await as(platform, gone.access, 'GET', '/api/v1/me')).status, 401, 'who was removed is out at once');
  });

  test(`${engine}: a member's role and suspension hold at once`, async () => {
    await using platform = await startPlatform({ engine });
    const [owner, agent] = [await joined(platform, 'owner'), await joined(platform, 'agent')];
    const change = (body: object) => as(platform, owner.access, 'PATCH', `/api/v1/members/${agent.userId}`, body);
    const tags = () => as(platform, agent.access, 'POST', '/api/v1/tags', { name: randomUUID() });
    assert.equal((await tags()).status, 403);
    assert.equal((await change({ permission_overrides: { grant: ['tags:write'], revoke: [] } })).status, 200);
    assert.equal((await tags()).status, 201);
    assert.equal((await change({ permission_overrides: { grant: [], revoke: ['tags:write'] } })).status, 200);
    assert.equal((await tags()).status, 403);
    assert.equal((await change({ permission_overrides: { grant: ['tags:fly'] } })).status, 422);
    const nowhere = await change({ role: randomUUID() });
    assert.deepEqual([nowhere.status, nowhere.body.error.details[0].field], [422, 'role']);
    const { id: role } = await platform.data('POST', '/api/v1/roles', { name: 'Tagger', permissions: ['tags:write'] });
    assert.equal((await change({ role, permission_overrides: {} })).status, 200);
    assert.equal((await tags()).status, 201);
    assert.equal((await change({ status: 'suspended' })).status, 200);
    assert.equal((await tags()).status, 401);
    const signIn = await platform.api('POST', '/api/v1/auth/password', { email: agent.email, password: PASSWORD }, { authorization: '' });
    assert.deepEqual([signIn.status, signIn.body.error.code], [403, 'no_membership']);
  });

  test(`${engine}: somebody in two tenants works in one at a time`, async () => {
    await using platform = await startPlatform({ engine });
    const dana = await joined(platform, 'admin');
    const elsewhere = await secondTenant(platform);
    const switching = (token: string, refresh: string, tenant: string) => as(platform, token, 'POST', '/api/v1/auth/switch-tenant', { tenant_id: tenant, refresh_token: refresh });
    assert.equal((await switching(dana.access, dana.refresh, elsewhere)).body.error.code, 'no_membership');
    await platform.sql("INSERT INTO memberships (tenant_id, user_id, role, created_at, updated_at) VALUES (?1, ?2, 'owner', 0, 0)", elsewhere, dana.userId);
    const { status, body } = await switching(dana.access, dana.refresh, elsewhere);
    assert.equal(status, 200);
    const there = member(body.data);
    assert.equal(there.session, dana.session);
    const tenant = async (token: string) => (await as(platform, token, 'GET', '/api/v1/tenant')).body.data.name;
    assert.equal(await tenant(there.access), 'Elsewhere');
    const renamed = await as(platform, there.access, 'PATCH', '/api/v1/tenant', { name: 'Over there' });
    assert.equal(renamed.body.data.name, 'Over there');
    assert.equal((await platform.api('GET', '/api/v1/tenant')).body.data.name, 'Riverside Local Media');
    const { body: { data: me } } = await as(platform, there.access, 'GET', '/api/v1/me');
    assert.deepEqual(me.tenants.map(({ tenant_name }: any) => tenant_name).sort(), ['Over there', 'Riverside Local Media']);
    assert.equal((await as(platform, there.access, 'GET', `/api/v1/members`)).body.data.length, 1);
  });
}
