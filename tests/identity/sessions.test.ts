// Signing in with a password, staying signed in, and signing out: as a program, and as a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { engines, startPlatform } from '../support/platform.ts';
import { until } from '../support/wait.ts';
import { Browser, PASSWORD, address, as, joined, mailedTokens, member } from '../support/team.ts';

const MINUTE = 60_000;

for (const engine of engines) {
  test(`${engine}: a program signs in, renews its tokens and signs out`, async () => {
    await using platform = await startPlatform({ engine });
    const dana = await joined(platform, 'owner');
    const me = await as(platform, dana.access, 'GET', '/api/v1/me');
    assert.equal(me.status, 200);
    assert.equal(me.body.data.user.email, dana.email);
    assert.equal(me.body.data.membership.role, 'owner');
    assert.equal(me.body.data.tenant.id, platform.tenantId);
    assert.ok(!JSON.stringify(me.body).includes('argon2'));

    const signIn = (email: string, password: string) => platform.api('POST', '/api/v1/auth/password', { email, password }, { authorization: '' });
    const [wrong, unknown] = [await signIn(dana.email, 'wrong horse battery'), await signIn(address(), PASSWORD)];
    assert.deepEqual([wrong.status, unknown.status], [401, 401]);
    assert.deepEqual(wrong.body, unknown.body);
    const { status, body, headers } = await signIn(dana.email.toUpperCase(), PASSWORD);
    assert.equal(status, 200);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('set-cookie'), null);
    const first = member(body.data);

    const refresh = (token: string) => platform.api('POST', '/api/v1/auth/refresh', { refresh_token: token }, { authorization: '' });
    const second = member((await refresh(first.refresh)).body.data);
    assert.equal((await as(platform, second.access, 'GET', '/api/v1/me')).status, 200);
    const race = await refresh(first.refresh);
    assert.deepEqual([race.status, race.body.error.code], [409, 'refresh_in_progress']);
    assert.equal((await as(platform, second.access, 'GET', '/api/v1/me')).status, 200);

    // The access token's time ends by itself, the refresh token's does not.
    await platform.clock.advance(11 * MINUTE);
    assert.equal((await as(platform, second.access, 'GET', '/api/v1/me')).status, 401);
    const third = member((await refresh(second.refresh)).body.data);
    assert.equal((await as(platform, third.access, 'GET', '/api/v1/me')).status, 200);

    // A token that comes again ends the session, and what came of it.
    const reused = await refresh(first.refresh);
    assert.deepEqual([reused.status, reused.body.error.code], [401, 'session_over']);
    assert.equal((await as(platform, third.access, 'GET', '/api/v1/me')).status, 401);
    assert.equal((await refresh(third.refresh)).status, 401);

    const last = member((await signIn(dana.email, PASSWORD)).body.data);
    assert.equal((await platform.api('POST', '/api/v1/auth/sign-out', {}, { authorization: `Bearer ${last.access}` })).status, 204);
    assert.equal((await as(platform, last.access, 'GET', '/api/v1/me')).status, 401);
    assert.equal((await refresh(last.refresh)).status, 401);

    // All of it is on record.
    const wanted = ['sign_in.failed', 'sign_in.succeeded', 'session.refresh_reused', 'sign_out'];
    await until(
      async () => {
        const entries = await platform.data<{ action: string; actor_id: string | null }[]>('GET', '/api/v1/audit-log?limit=100');
        return wanted.every((action) => entries.some((entry) => entry.action === action && entry.actor_id === me.body.data.user.id));
      },
      { what: 'the audit log holds every event' },
    );
  });

  test(`${engine}: wrong passwords are slowed down, and a new one can be chosen by email`, async () => {
    await using platform = await startPlatform({ engine });
    const dana = await joined(platform, 'owner');
    const signIn = (password: string) => platform.api('POST', '/api/v1/auth/password', { email: dana.email, password }, { authorization: '' });
    const attempts = await Promise.all(Array.from({ length: 5 }, () => signIn('wrong horse battery')));
    assert.ok(attempts.every(({ status }) => status === 401 || status === 429));
    while ((await signIn('wrong horse battery')).status === 401);
    const locked = await signIn(PASSWORD);
    assert.deepEqual([locked.status, locked.body.error.code], [429, 'too_many_attempts']);
    assert.ok(Number(locked.headers.get('retry-after')) > 0);

    const asked = await platform.api('POST', '/api/v1/auth/link', { email: dana.email, purpose: 'set_password' }, { authorization: '' });
    assert.equal(asked.status, 202);
    const token = (await mailedTokens(platform, dana.email)).at(-1)!;
    const browser = new Browser(platform);
    const page = await browser.go('GET', `/auth/link/${token}`);
    assert.match(page.body, /type="password"/);
    const short = await browser.go('POST', `/auth/link/${token}`, new URLSearchParams({ password: 'short' }));
    assert.equal(short.status, 422);
    assert.match(short.body, /12 to 200 characters/);
    const done = await browser.go('POST', `/auth/link/${token}`, new URLSearchParams({ password: 'another good phrase' }));
    assert.deepEqual([done.status, done.headers.get('location')], [303, '/']);
    assert.equal((await browser.go('GET', '/api/v1/me')).status, 200);
    assert.equal((await signIn('another good phrase')).status, 200);
    assert.equal((await as(platform, dana.access, 'GET', '/api/v1/me')).status, 401, 'signed out everywhere else');
  });

  test(`${engine}: a browser is signed in by cookies, and only our own pages use them`, async () => {
    await using platform = await startPlatform({ engine });
    const dana = await joined(platform, 'owner');
    const browser = new Browser(platform);
    const credentials = { email: dana.email, password: PASSWORD, cookie: true };
    const foreign = await browser.go('POST', '/api/v1/auth/password', credentials, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    assert.deepEqual([foreign.status, foreign.body.error.code], [403, 'cross_site_request']);
    const { body } = await browser.go('POST', '/api/v1/auth/password', credentials);
    assert.equal(body.data.tokens, null);
    assert.deepEqual([...browser.cookies].map(([name, { path }]) => [name, path]).sort(), [['refresh', '/api/v1/auth'], ['session', '/']]);
    assert.equal((await browser.go('GET', '/api/v1/me')).status, 200);

    const patch = (headers: Record<string, string>) => browser.go('PATCH', '/api/v1/me', { name: 'Dana W.' }, headers);
    assert.equal((await patch({})).status, 200);
    assert.equal((await patch({ origin: 'https://evil.example' })).status, 403);
    assert.equal((await patch({ origin: 'null', 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await patch({ origin: 'null', 'sec-fetch-site': 'same-origin' })).status, 200);

    const before = browser.cookies.get('refresh')!.value;
    assert.equal((await browser.go('POST', '/api/v1/auth/refresh', {}, { origin: 'https://evil.example' })).status, 403);
    assert.equal((await browser.go('POST', '/api/v1/auth/refresh', {})).status, 200);
    assert.notEqual(browser.cookies.get('refresh')!.value, before);
    assert.equal((await browser.go('POST', '/api/v1/auth/sign-out', {})).status, 204);
    assert.equal(browser.cookies.size, 0);
    assert.equal((await browser.go('GET', '/api/v1/me')).status, 401);
  });

  test(`${engine}: sessions are listed and ended`, async () => {
    await using platform = await startPlatform({ engine });
    const [dana, sam] = [await joined(platform, 'owner'), await joined(platform, 'admin')];
    const signIn = async () => member(await platform.data('POST', '/api/v1/auth/password', { email: dana.email, password: PASSWORD }));
    const [second, third] = [await signIn(), await signIn()];
    const list = async () => (await as(platform, third.access, 'GET', '/api/v1/sessions')).body.data;
    assert.deepEqual((await list()).map(({ id }: any) => id), [third.session, second.session, dana.session]);
    assert.equal((await as(platform, sam.access, 'DELETE', `/api/v1/sessions/${second.session}`)).status, 404);
    assert.equal((await as(platform, third.access, 'DELETE', `/api/v1/sessions/${second.session}`)).status, 204);
    assert.equal((await as(platform, second.access, 'GET', '/api/v1/me')).status, 401);
    assert.equal((await list()).length, 2);
    assert.equal((await as(platform, third.access, 'POST', '/api/v1/auth/sign-out-everywhere')).status, 204);
    for (const { access } of [dana, third]) assert.equal((await as(platform, access, 'GET', '/api/v1/me')).status, 401);
    assert.equal((await as(platform, sam.access, 'GET', '/api/v1/me')).status, 200);
    assert.equal((await platform.api('GET', '/api/v1/me')).status, 403, 'a key is nobody');
  });

  test(`${engine}: a link signs in once, and looking at it uses nothing up`, async () => {
    await using platform = await startPlatform({ engine });
    const dana = await joined(platform, 'owner');
    const ask = (email: string) => platform.api('POST', '/api/v1/auth/link', { email }, { authorization: '' });
    const stranger = address();
    const [known, unknown] = [await ask(dana.email), await ask(stranger)];
    assert.deepEqual([known.status, known.body], [202, { data: { email: dana.email } }]);
    assert.deepEqual([unknown.status, unknown.body], [202, { data: { email: stranger } }]);
    assert.deepEqual(await mailedTokens(platform, stranger), []);
    const token = (await mailedTokens(platform, dana.email)).at(-1)!;
    const [hash] = await platform.sql<{ n: number }>('SELECT COUNT(*) AS n FROM sign_in_links WHERE token_hash = ?1', token);
    assert.equal(hash!.n, 0, 'the token itself is not kept');

    const browser = new Browser(platform);
    for (let look = 0; look < 3; look++) {
      const page = await browser.go('GET', `/auth/link/${token}`);
      assert.equal(page.status, 200);
      assert.match(page.body, /<button>Sign in<\/button>/);
      assert.match(page.headers.get('content-security-policy')!, /frame-ancestors 'none'/);
      assert.equal(page.headers.get('referrer-policy'), 'same-origin');
    }
    assert.equal(browser.cookies.size, 0);
    const foreign = await browser.go('POST', `/auth/link/${token}`, new URLSearchParams(), { origin: 'https://evil.example' });
    assert.equal(foreign.status, 403);
    const used = await browser.go('POST', `/auth/link/${token}`, new URLSearchParams());
    assert.equal(used.status, 303);
    assert.equal((await browser.go('GET', '/api/v1/me')).body.data.session.method, 'link');
    const again = await new Browser(platform).go('POST', `/auth/link/${token}`, new URLSearchParams());
    assert.equal(again.status, 401);
    assert.match(again.body, /data-code="link_over"/);

    await ask(dana.email);
    const late = (await mailedTokens(platform, dana.email)).at(-1)!;
    await platform.clock.advance(15 * MINUTE);
    const redeem = await platform.api('POST', '/api/v1/auth/link/redeem', { token: late }, { authorization: '' });
    assert.deepEqual([redeem.status, redeem.body.error.code], [401, 'link_over']);
  });
}
