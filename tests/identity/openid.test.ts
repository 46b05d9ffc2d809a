// Signing in elsewhere: at Google, and at a provider that signs otherwise. Every check fails in turn.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OpenIdStandIn } from '../support/openid/index.ts';
import type { Flaw } from '../support/openid/index.ts';
import { engines, startPlatform } from '../support/platform.ts';
import type { Answer, EngineName, Platform } from '../support/platform.ts';
import { Browser, address, joined, mailedTokens } from '../support/team.ts';

const GOOGLE = 'https://accounts.google.com';

async function start(engine: EngineName) {
  const google = await OpenIdStandIn.start({ algorithm: 'RS256', clientId: 'ours.apps', clientSecret: 's/1:&', issuer: GOOGLE, secretIn: 'form' });
  const other = await OpenIdStandIn.start({ algorithm: 'ES256', clientId: 'ours:too', clientSecret: 'ß secret' });
  const providers = [google.setting('google', { hosted_domain: 'example.com' }), other.setting('other')];
  const platform = await startPlatform({ engine, hosts: { [GOOGLE]: google.url }, vars: { OPENID_PROVIDERS: JSON.stringify(providers) } });
  return {
    platform,
    google,
    other,
    async [Symbol.asyncDispose]() {
      await platform.dispose();
      await google[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    },
  };
}

/** To the provider and to where it sends the browser back. */
async function departed(browser: Browser, provider: string, standIn: OpenIdStandIn, returnTo = '/inbox?tab=1'): Promise<string> {
  const left = await browser.go('GET', `/api/v1/auth/openid/${provider}/start?return_to=${encodeURIComponent(returnTo)}`);
  assert.equal(left.status, 303, JSON.stringify(left.body));
  const there = new URL(left.headers.get('location')!);
  assert.equal(there.origin, new URL(standIn.issuer).origin);
  const response = await fetch(standIn.url + there.pathname + there.search, { redirect: 'manual' });
  assert.equal(response.status, 302, await response.text());
  const back = new URL(response.headers.get('location')!);
  return back.pathname + back.search;
}

async function signIn(platform: Platform, provider: string, standIn: OpenIdStandIn): Promise<[Browser, Answer]> {
  const browser = new Browser(platform);
  return [browser, await browser.go('GET', await departed(browser, provider, standIn))];
}

const code = ({ status, body }: Answer): [number, string | undefined] => [status, /data-code="(\w+)"/.exec(body)?.[1]];

for (const engine of engines) {
  test(`${engine}: an account elsewhere signs a user in`, async () => {
    await using setup = await start(engine);
    const { platform, google, other } = setup;
    const dana = await joined(platform, 'owner');
    const providers = await platform.data('GET', '/api/v1/auth/providers');
    assert.deepEqual(providers, [{ id: 'google', name: 'google' }, { id: 'other', name: 'other' }]);

    google.person = { sub: 'g-1', email: dana.email.toUpperCase(), email_verified: true, hd: 'example.com', name: 'Dana G.' };
    other.person = { sub: 'o-1', email: dana.email, email_verified: true };
    for (const [provider, standIn, flaw] of [
      ['google', google, {}],
      ['google', google, { claims: { iss: 'accounts.google.com' } }],
      ['other', other, {}],
      ['other', other, { claims: { aud: ['ours:too', 'more'], azp: 'ours:too' } }],
    ] as [string, OpenIdStandIn, Flaw][]) {
      standIn.flaw = flaw;
      const [browser, arrived] = await signIn(platform, provider, standIn);
      assert.deepEqual([arrived.status, arrived.headers.get('location')], [303, '/inbox?tab=1'], String(arrived.body));
      assert.deepEqual([...browser.cookies.keys()].sort(), ['refresh', 'session']);
      const { data: me } = (await browser.go('GET', '/api/v1/me')).body;
      assert.deepEqual([me.user.id, me.session.method], [dana.userId, 'openid']);
    }
    const identities = await platform.sql('SELECT issuer, subject FROM user_identities ORDER BY subject');
    assert.deepEqual(identities.map((row) => ({ ...row })), [{ issuer: GOOGLE, subject: 'g-1' }, { issuer: other.url, subject: 'o-1' }]);

    // By its subject the account is known whatever its address has become.
    other.flaw = {};
    other.person = { sub: 'o-1', email: address(), email_verified: true };
    const [browser, arrived] = await signIn(platform, 'other', other);
    assert.equal(arrived.status, 303);
    assert.equal((await browser.go('GET', '/api/v1/me')).body.data.user.id, dana.userId);
    assert.ok(google.asked['/keys'] === 1 && other.asked['/keys'] === 1, 'the keys are kept as long as the provider allows');
    other.changeKeys();
    assert.equal((await signIn(platform, 'other', other))[1].status, 303, 'a new key is asked for');
    assert.equal(other.asked['/keys'], 2);
  });

  test(`${engine}: a token with anything wrong signs nobody in`, async () => {
    await using setup = await start(engine);
    const { platform, google, other } = setup;
    const dana = await joined(platform, 'owner');
    google.person = { sub: 'g-1', email: dana.email, email_verified: true, hd: 'example.com' };
    other.person = { sub: 'o-1', email: dana.email, email_verified: true };
    const seconds = Math.floor(Date.now() / 1000);
    const flaws: [Flaw, number, string][] = [
      [{ signature: 'strange' }, 401, 'wrong_signature'],
      [{ signature: 'changed' }, 401, 'wrong_signature'],
      [{ signature: 'none' }, 401, 'wrong_algorithm'],
      [{ signature: 'public key' }, 401, 'wrong_algorithm'],
      [{ header: { kid: 'unknown' } }, 401, 'unknown_key'],
      [{ header: { crit: ['exp'] } }, 401, 'wrong_algorithm'],
      [{ claims: { aud: 'somebody-else' } }, 401, 'wrong_audience'],
      [{ claims: { azp: 'somebody-else' } }, 401, 'wrong_audience'],
      [{ claims: { iss: 'https://evil.example' } }, 401, 'wrong_issuer'],
      [{ claims: { exp: seconds - 120 } }, 401, 'token_expired'],
      [{ claims: { iat: seconds + 600 } }, 401, 'token_from_the_future'],
      [{ claims: { nonce: 'another' } }, 401, 'wrong_nonce'],
      [{ claims: { email_verified: false } }, 403, 'email_not_verified'],
    ];
    for (const [provider, standIn] of [['google', google], ['other', other]] as const) {
      for (const [flaw, status, word] of flaws) {
        standIn.flaw = flaw;
        const [browser, arrived] = await signIn(platform, provider, standIn);
        assert.deepEqual(code(arrived), [status, word], `${provider} ${JSON.stringify(flaw)}`);
        assert.equal(browser.cookies.size, 0);
      }
    }
    google.flaw = { claims: { hd: 'evil.example' } };
    assert.deepEqual(code((await signIn(platform, 'google', google))[1]), [403, 'wrong_hosted_domain']);
    // Google's other form is Google's alone.
    other.flaw = { claims: { iss: 'accounts.google.com' } };
    assert.deepEqual(code((await signIn(platform, 'other', other))[1]), [401, 'wrong_issuer']);
    const [identities] = await platform.sql<{ n: number }>('SELECT COUNT(*) AS n FROM user_identities');
    assert.equal(identities!.n, 0);
  });

  test(`${engine}: the way back is bound to the browser that left`, async () => {
    await using setup = await start(engine);
    const { platform, other } = setup;
    const dana = await joined(platform, 'owner');
    other.person = { sub: 'o-1', email: dana.email, email_verified: true };
    const browser = new Browser(platform);
    const back = await departed(browser, 'other', other);
    assert.deepEqual(code(await new Browser(platform).go('GET', back)), [401, 'not_started_here']);
    const wrong = new URL(back, platform.url);
    wrong.searchParams.set('state', 'x'.repeat(43));
    const attacked = new Browser(platform);
    await departed(attacked, 'other', other);
    assert.deepEqual(code(await attacked.go('GET', back)), [401, 'wrong_state'], "somebody else's code");
    const cookie = { ...browser.cookies.get('openid')! };
    assert.equal((await browser.go('GET', back)).status, 303);
    // The code is used up, even for the same browser with the same cookie.
    browser.cookies.set('openid', cookie);
    assert.deepEqual(code(await browser.go('GET', back)), [401, 'code_not_taken']);
    // A cookie for one provider is none for another.
    const crossing = new Browser(platform);
    const path = await departed(crossing, 'other', other);
    assert.deepEqual(code(await crossing.go('GET', path.replace('/other/', '/google/'))), [401, 'not_started_here']);
    const late = new Browser(platform);
    const lateBack = await departed(late, 'other', other);
    await platform.clock.advance(10 * 60_000);
    assert.deepEqual(code(await late.go('GET', lateBack)), [401, 'not_started_here']);
    const unwilling = new Browser(platform);
    const refusal = new URL(await departed(unwilling, 'other', other), platform.url);
    refusal.searchParams.delete('code');
    refusal.searchParams.set('error', 'access_denied');
    assert.deepEqual(code(await unwilling.go('GET', refusal.pathname + refusal.search)), [401, 'refused_there']);

    for (const away of ['https://evil.example/', '//evil.example', '/\\evil.example', 'inbox']) {
      const answer = await browser.go('GET', `/api/v1/auth/openid/other/start?return_to=${encodeURIComponent(away)}`);
      assert.deepEqual([answer.status, answer.body.error.details[0].field], [422, 'return_to'], away);
    }
    assert.equal((await browser.go('GET', '/api/v1/auth/openid/nobody/start')).status, 404);
  });

  test(`${engine}: nobody makes a place for themselves, but an invitation can be taken up`, async () => {
    await using setup = await start(engine);
    const { platform, other } = setup;
    const email = address();
    other.person = { sub: 'o-9', email, email_verified: true, name: 'Sam Ortiz' };
    const [browser, stranger] = await signIn(platform, 'other', other);
    assert.deepEqual(code(stranger), [403, 'not_invited']);
    assert.match(stranger.body, /invite you/);
    assert.equal(browser.cookies.size, 0);
    await platform.data('POST', '/api/v1/invitations', { email, role: 'viewer' });
    const [invited, arrived] = await signIn(platform, 'other', other);
    assert.equal(arrived.status, 303);
    const { data: me } = (await invited.go('GET', '/api/v1/me')).body;
    assert.deepEqual([me.user.name, me.user.email, me.membership.role], ['Sam Ortiz', email, 'viewer']);
    const [token] = await mailedTokens(platform, email);
    const again = await platform.api('POST', '/api/v1/auth/accept-invitation', { token, name: 'Sam' }, { authorization: '' });
    assert.equal(again.body.error.code, 'invitation_over');
  });
}
