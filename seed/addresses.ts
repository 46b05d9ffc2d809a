import { Taken } from './slug.ts';

/** Free mailbox providers of the demo's world. `.example` is reserved (RFC 2606): no mail to it can reach anybody. */
export const FREE_MAIL = ['mailbox.example', 'inbox.example', 'webmail.example'];

/** Hands out each email address once. */
export class Addresses {
  readonly #domains = new Map<string, Taken>();

  /** The first of the local parts that is free at the domain. */
  claim(domain: string, ...locals: [string, ...string[]]): string {
    const taken = this.#domains.get(domain) ?? new Taken();
    this.#domains.set(domain, taken);
    return `${taken.claim(...locals)}@${domain}`;
  }
}
