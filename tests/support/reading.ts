// What recipients and machines do with an email of the outbox.
import { createHmac } from 'node:crypto';

import type { Platform } from './platform.ts';
import { until } from './wait.ts';

export const AGENTS = {
  person: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  apple: 'Mozilla/5.0',
  gmail: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  scanner: 'Mozilla/5.0 (compatible; Barracuda Sentinel (EE))',
} as const;

export interface Mail {
  id: string;
  sendId: string;
  subject: string;
  html: string;
  text: string;
  /** Paths on the platform. */
  pixel: string;
  clicks: string[];
  unsubscribe: string;
}

/** The emails somebody has got, oldest first. */
export async function mailOf(platform: Platform, email: string): Promise<Mail[]> {
  const { data: kept } = (await (await platform.fetch(`/dev/outbox.json?to=${encodeURIComponent(email)}`)).json()) as { data: any[] };
  return kept.toReversed().map((message) => {
    const paths = [...(message.html as string).matchAll(/(?:href|src)="https?:\/\/[^/"]+(\/(?:t|u)\/[^"]+)"/g)].map((match) => match[1]!);
    return {
      id: message.id,
      sendId: message.send_id,
      subject: message.subject,
      html: message.html,
      text: message.body_text,
      pixel: paths.find((path) => path.startsWith('/t/o/'))!,
      clicks: paths.filter((path) => path.startsWith('/t/c/')),
      unsubscribe: paths.find((path) => path.startsWith('/u/'))!,
    };
  });
}

export function visit(platform: Platform, path: string, agent: string = AGENTS.person, method = 'GET'): Promise<Response> {
  return platform.fetch(path, { method, headers: { 'user-agent': agent } });
}

/** The send once as many opens and clicks are counted. */
export async function counted(platform: Platform, sendId: string, opens: number, clicks = 0): Promise<any> {
  return until(
    async () => {
      const send = await platform.data('GET', `/api/v1/sends/${sendId}`);
      return send.open_count === opens && send.click_count === clicks && send;
    },
    { what: `${opens} opens and ${clicks} clicks of ${sendId} are counted` },
  );
}

/** A token as `src/campaigns/tracking/token.rs` lays it out, signed by any key. */
export function signToken(body: Buffer, keyId: number, secretHex: string): string {
  const signed = Buffer.concat([Buffer.from([keyId]), body.subarray(1)]);
  const signature = createHmac('sha256', Buffer.from(secretHex, 'hex')).update(signed).digest().subarray(0, 12);
  return Buffer.concat([signed, signature]).toString('base64url');
}

/** The token in a path, and what of it is signed. */
export function readToken(path: string): { token: string; signed: Buffer } {
  const token = path.split('/').at(-1)!.replace(/\.gif$/, '');
  return { token, signed: Buffer.from(token, 'base64url').subarray(0, -12) };
}
