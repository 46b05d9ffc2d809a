import { describe, expect, it, vi } from 'vitest';

import { renewSession } from './refresh.ts';
import { onSignedOut, withSession } from './session-fetch.ts';

const answer = (status: number) => new Response(status === 204 ? null : '{}', { status });

describe('renewing the session', () => {
  it('happens once for all who need it', async () => {
    const ask = vi.fn(async () => answer(200));
    const all = await Promise.all([renewSession(Date.now(), ask), renewSession(Date.now(), ask), renewSession(Date.now(), ask)]);
    expect(all).toEqual(['renewed', 'renewed', 'renewed']);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is left out when another tab has done it since', async () => {
    localStorage.setItem('session-renewed-at', '2000');
    const ask = vi.fn(async () => answer(200));
    expect(await renewSession(1000, ask)).toBe('renewed');
    expect(ask).not.toHaveBeenCalled();
  });

  it('waits for another tab that is at it, and tries again', async () => {
    vi.useFakeTimers();
    const ask = vi.fn(async () => answer(200)).mockImplementationOnce(async () => answer(409));
    const renewal = renewSession(Date.now(), ask);
    await vi.runAllTimersAsync();
    expect(await renewal).toBe('renewed');
    expect(ask).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it('tells a session that is over from a platform that is away', async () => {
    expect(await renewSession(Date.now(), async () => answer(401))).toBe('signed-out');
    expect(await renewSession(Date.now(), async () => answer(503))).toBe('unreachable');
    expect(await renewSession(Date.now(), () => Promise.reject(new TypeError()))).toBe('unreachable');
  });
});

describe('a request whose session is over', () => {
  const request = (path = '/api/v1/tags') => new Request(`http://localhost${path}`, { method: 'POST', body: '{"name":"x"}' });

  it('is sent again with its body once the session is renewed', async () => {
    const bodies: string[] = [];
    const send = vi.fn(async (sent: Request) => {
      bodies.push(await sent.text());
      return answer(bodies.length === 1 ? 401 : 200);
    });
    expect((await withSession(send, async () => 'renewed')(request())).status).toBe(200);
    expect(bodies).toEqual(['{"name":"x"}', '{"name":"x"}']);
  });

  it('says that nobody is signed in when it cannot be renewed', async () => {
    const told = vi.fn();
    const stop = onSignedOut(told);
    await withSession(
      async () => answer(401),
      async () => 'signed-out',
    )(request());
    stop();
    expect(told).toHaveBeenCalledTimes(1);
  });

  it('renews nothing for a wrong password', async () => {
    const renew = vi.fn(async () => 'renewed' as const);
    await withSession(async () => answer(401), renew)(request('/api/v1/auth/password'));
    expect(renew).not.toHaveBeenCalled();
  });

  it('leaves a refused password to whoever typed it', async () => {
    const renew = vi.fn(async () => 'renewed' as const);
    const refused = new Response('{"error":{"code":"wrong_credentials","message":""}}', { status: 401 });
    const response = await withSession(async () => refused, renew)(request('/api/v1/me/password'));
    expect(renew).not.toHaveBeenCalled();
    expect(response.status).toBe(401);
  });
});
