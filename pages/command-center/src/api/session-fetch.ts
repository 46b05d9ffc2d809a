// A `fetch` that renews the session once when it is over, and tells when there is none any more.
import { renewSession } from './refresh.ts';
import type { Renewal } from './refresh.ts';

type Fetch = (request: Request) => Promise<Response>;
type Listener = () => void;

const listeners = new Set<Listener>();

/** Is called when a request shows that nobody is signed in any more. */
export function onSignedOut(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Signing in answers 401 for a wrong password: that says nothing about the session. */
const isAboutSigningIn = (request: Request) => {
  const path = new URL(request.url, globalThis.location?.origin ?? 'http://localhost').pathname;
  return path.startsWith('/api/v1/auth/') && path !== '/api/v1/auth/switch-tenant' && path !== '/api/v1/auth/sign-out-everywhere';
};

/** Changing one's password asks for the old one. That it is wrong says nothing about the session either, and asking twice would count twice. */
async function isAboutAPassword(response: Response): Promise<boolean> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return (body as { error?: { code?: string } } | null)?.error?.code === 'wrong_credentials';
}

export function withSession(send: Fetch, renew: (since: number) => Promise<Renewal> = renewSession): Fetch {
  return async (request) => {
    if (isAboutSigningIn(request)) return send(request);
    const again = request.clone();
    const sentAt = Date.now();
    const response = await send(request);
    if (response.status !== 401 || (await isAboutAPassword(response))) return response;
    const renewal = await renew(sentAt);
    if (renewal === 'unreachable') return response;
    const second = renewal === 'renewed' ? await send(again) : response;
    if (second.status === 401) for (const listener of listeners) listener();
    return second;
  };
}
