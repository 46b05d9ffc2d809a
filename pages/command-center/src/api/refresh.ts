// The session is renewed once, however many requests and tabs find out at the same time that it has to be.

const LOCK = 'session-refresh';
const RENEWED_AT = 'session-renewed-at';
/** A refresh token that comes again later than ten seconds after its use ends its session, so the waiting ends well before. */
const PATIENCE_MS = 7_000;
const PAUSE_MS = 500;

export type Renewal = 'renewed' | 'signed-out' | 'unreachable';

let underWay: Promise<Renewal> | undefined;

/** Renews the session, unless another tab has done so since `since` (milliseconds, as of `Date.now()`). */
export function renewSession(since: number, ask: () => Promise<Response> = askForRenewal): Promise<Renewal> {
  underWay ??= locked(async () => (wasRenewedAfter(since) ? 'renewed' : renew(ask))).finally(() => {
    underWay = undefined;
  });
  return underWay;
}

async function renew(ask: () => Promise<Response>): Promise<Renewal> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const response = await ask().catch(() => undefined);
    if (!response) return 'unreachable';
    if (response.ok) {
      remember();
      return 'renewed';
    }
    // Another tab is at it without the lock; its cookies will be ours as well.
    if (response.status !== 409) return response.status >= 500 || response.status === 429 ? 'unreachable' : 'signed-out';
    if (Date.now() + PAUSE_MS > giveUpAt) return 'renewed';
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function askForRenewal(): Promise<Response> {
  return fetch('/api/v1/auth/refresh', {
    method: 'POST',
    credentials: 'include',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
}

function locked(work: () => Promise<Renewal>): Promise<Renewal> {
  // Browsers have locks on https and on localhost only; elsewhere the API's own answer 409 keeps tabs apart.
  return 'locks' in navigator && navigator.locks ? (navigator.locks.request(LOCK, work) as Promise<Renewal>) : work();
}

function wasRenewedAfter(since: number): boolean {
  try {
    return Number(localStorage.getItem(RENEWED_AT) ?? 0) > since;
  } catch {
    return false;
  }
}

function remember(): void {
  try {
    localStorage.setItem(RENEWED_AT, String(Date.now()));
  } catch {
    // The next tab asks for itself then.
  }
}
