// People who sign in, and their browsers.
import { randomUUID } from 'node:crypto';

import type { Answer, Platform } from './platform.ts';

export const PASSWORD = 'correct horse battery';

export const address = (): string => `dana-${randomUUID()}@example.com`;

/** The tokens in the links that somebody was sent, oldest first. */
export async function mailedTokens(platform: Platform, email: string): Promise<string[]> {
  const response = await platform.fetch(`/dev/outbox.json?to=${encodeURIComponent(email)}`);
  const { data } = (await response.json()) as { data: { links: string[] }[] };
  return data.toReversed().map(({ links }) => links[0]!.split('/').at(-1)!);
}

/** A call with an access token instead of the API key. */
export function as<T = any>(platform: Platform, token: string, method: string, path: string, body?: unknown): Promise<Answer<T>> {
  return platform.api(method, path, body, { authorization: `Bearer ${token}` });
}

export interface Member {
  email: string;
  userId: string;
  access: string;
  refresh: string;
  session: string;
}

/** Somebody with a password who was invited and has accepted. */
export async function joined(platform: Platform, role: string, email = address()): Promise<Member> {
  await platform.data('POST', '/api/v1/invitations', { email, role });
  const token = (await mailedTokens(platform, email)).at(-1);
  const data = await platform.data('POST', '/api/v1/auth/accept-invitation', { token, name: 'Dana', password: PASSWORD });
  return member(data);
}

export function member({ user, session_id, tokens }: any): Member {
  return { email: user.email, userId: user.id, session: session_id, access: tokens.access_token, refresh: tokens.refresh_token };
}

/** A browser: it keeps cookies, and says where its requests come from. */
export class Browser {
  readonly cookies = new Map<string, { value: string; path: string }>();
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async go(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const url = new URL(path, this.#platform.url);
    const cookie = [...this.cookies].filter(([, { path }]) => url.pathname.startsWith(path)).map(([name, { value }]) => `${name}=${value}`);
    const form = body instanceof URLSearchParams;
    const response = await this.#platform.fetch(url.pathname + url.search, {
      method,
      headers: {
        ...(cookie.length > 0 ? { cookie: cookie.join('; ') } : {}),
        ...(method === 'GET' ? {} : { origin: this.#platform.url }),
        ...(body === undefined ? {} : { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: form ? body.toString() : JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  }

  #keep(line: string): void {
    const [pair, ...attributes] = line.split('; ');
    const [name, value] = [pair!.slice(0, pair!.indexOf('=')), pair!.slice(pair!.indexOf('=') + 1)];
    const read = (attribute: string): string | undefined => attributes.find((one) => one.startsWith(`${attribute}=`))?.split('=')[1];
    if (!attributes.includes('HttpOnly') || !attributes.includes('SameSite=Lax')) throw new Error(`a cookie that is open to others: ${line}`);
    if (read('Max-Age') === '0') this.cookies.delete(name);
    else this.cookies.set(name, { value, path: read('Path')! });
  }
}
