// The simulated recipients: what they get, and what they do with it through the platform's real HTTP endpoints.
import { Agent, request } from 'node:http';

import { bareAddress, bounceEvent, complaintEvent, headerValue } from '../../tests/support/ses/index.ts';
import type { AcceptedMessage, SesEvent, SnsStandIn } from '../../tests/support/ses/index.ts';
import { reactions } from './personas.ts';
import type { Reaction } from './personas.ts';

const AT_ONCE = 16;

/** The addresses that are inside a message, as its recipient's software finds them. */
interface Links {
  pixel: string;
  clicks: string[];
  unsubscribe: string;
}

interface Due {
  at: number;
  links: Links;
  reaction: Reaction;
  event?: SesEvent;
}

export class Recipients {
  /** What they did so far. */
  readonly done = { opens: 0, clicks: 0, unsubscribes: 0, bounces: 0, complaints: 0 };
  /** Requests for pixels and links, each of which the platform must come to know of. */
  facts = 0;
  /** The same step to the same address a second time: seen here by the message itself, not by any id of the platform's. */
  repeated = 0;

  readonly #origin: string;
  readonly #sns: SnsStandIn;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  readonly #received = new Map<string, number>();
  readonly #seen = new Set<string>();
  #due: Due[] = [];

  /** `origin` is where requests go: the Worker's own socket, without the proxy that the public URL has on this machine. */
  constructor(origin: string, sns: SnsStandIn) {
    this.#origin = origin;
    this.#sns = sns;
  }

  receive(message: AcceptedMessage, now: number): void {
    const address = bareAddress(message.to[0] ?? '');
    const links = linksOf(message);
    const campaign = campaignOf(links);
    if (this.#seen.has(`${address} ${campaign}`)) this.repeated += 1;
    this.#seen.add(`${address} ${campaign}`);
    const nth = (this.#received.get(address) ?? 0) + 1;
    this.#received.set(address, nth);
    for (const reaction of reactions(address, nth, campaign)) {
      const due: Due = { at: now + reaction.after, links, reaction };
      if (reaction.doing === 'bounce') due.event = bounceEvent(message, { at: now });
      if (reaction.doing === 'complain') due.event = complaintEvent(message, { at: now + reaction.after });
      this.#due.push(due);
    }
  }

  /** Everybody does what they do until now. */
  async act(now: number): Promise<void> {
    const ready = this.#due.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    if (ready.length === 0) return;
    this.#due = this.#due.filter(({ at }) => at > now);
    const queue = ready.values();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const due of queue) await this.#do(due);
    }));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #do({ links, reaction, event }: Due): Promise<void> {
    const { doing, userAgent } = reaction;
    switch (doing) {
      case 'open':
        this.done.opens += 1;
        return this.#fetch('GET', links.pixel, userAgent, 200);
      case 'click':
        this.done.clicks += 1;
        return this.#fetch('GET', links.clicks[0] ?? '', userAgent, 302);
      case 'click_all':
        await Promise.all(links.clicks.map((link) => this.#fetch('GET', link, userAgent, 302)));
        // A scanner follows the unsubscribe link as well, which must not unsubscribe anybody.
        return this.#fetch('GET', links.unsubscribe, userAgent, 200);
      case 'unsubscribe':
        this.done.unsubscribes += 1;
        return this.#fetch('POST', links.unsubscribe, userAgent, 200);
      case 'bounce':
      case 'complain':
        this.done[doing === 'bounce' ? 'bounces' : 'complaints'] += 1;
        return this.#publish(event);
    }
  }

  async #publish(event: SesEvent | undefined): Promise<void> {
    const deliveries = await this.#sns.publish(event ?? {});
    if (!deliveries.every(({ delivered }) => delivered)) throw new Error('the platform did not take an event of SES');
  }

  #fetch(method: 'GET' | 'POST', link: string, userAgent: string, wanted: number): Promise<void> {
    const url = new URL(link);
    if (url.pathname.startsWith('/t/')) this.facts += 1;
    // RFC 8058: one click is this body, without any cookie.
    const body = method === 'POST' ? 'List-Unsubscribe=One-Click' : '';
    const headers: Record<string, string> = { 'user-agent': userAgent };
    if (body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) });
    return new Promise((resolve, reject) => {
      const sent = request(this.#origin + url.pathname, { method, headers, agent: this.#agent }, (response) => {
        response.resume();
        if (response.statusCode !== wanted) reject(new Error(`${method} ${link} answered ${response.statusCode}`));
        response.once('end', () => resolve());
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

function linksOf(message: AcceptedMessage): Links {
  const html = message.html ?? '';
  const pixel = /src="([^"]*\/t\/o\/[^"]*)"/.exec(html)?.[1];
  const clicks = [...html.matchAll(/href="([^"]*\/t\/c\/[^"]*)"/g)].map(([, link = '']) => link);
  const unsubscribe = /<(http[^>]*)>/.exec(headerValue(message, 'List-Unsubscribe') ?? '')?.[1];
  if (!pixel || clicks.length === 0 || !unsubscribe) throw new Error(`the message to ${message.to[0]} lacks its pixel, its links or its unsubscribe header`);
  return { pixel, clicks: [...new Set(clicks)], unsubscribe };
}

/** A link of ours carries its target in the signed part, and each landing page is told the step by `?c=`. */
function campaignOf({ clicks }: Links): string {
  for (const link of clicks) {
    const target = Buffer.from(link.split('/t/c/')[1] ?? '', 'base64url').toString('latin1');
    const campaign = /[?&]c=([A-Z]+-\d+)/.exec(target)?.[1];
    if (campaign) return campaign;
  }
  throw new Error('no link of the message names its step');
}
