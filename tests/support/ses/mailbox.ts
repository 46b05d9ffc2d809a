// What the service has accepted, in the order it accepted it: the ground truth a test compares the platform's ledger with.
import { addressParser } from 'postal-mime';

export interface MailHeader {
  name: string;
  value: string;
}

export interface AcceptedMessage {
  messageId: string;
  /** Milliseconds since 1970, by the stand-in's clock. */
  acceptedAt: number;
  operation: 'SendEmail' | 'SendBulkEmail';
  /** The `x-amzn-RequestId` of the request it came in: the entries of one bulk request share it. */
  requestId: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string[];
  subject: string;
  html?: string;
  text?: string;
  /** The caller's own headers; of a raw message, all it came with. */
  headers: MailHeader[];
  tags: Record<string, string>;
  configurationSet?: string;
  /** The bytes as they were handed over, of a raw message only. */
  raw?: Buffer;
  /** Set when `keepBodies` threw html, text and raw away. */
  bodiesDropped?: true;
}

/** Accepted, with a message id and all, and never sent: a variable of its template was missing. The caller learns it by an event only. */
export interface RenderingFailure extends AcceptedMessage {
  errorMessage: string;
}

export interface Duplicate {
  /** What the messages share. */
  key: string;
  messages: AcceptedMessage[];
}

/** A number keeps the bodies of that many latest messages. */
export type KeepBodies = 'all' | 'none' | number;

interface Waiter {
  condition: () => boolean;
  settle: (error?: Error) => void;
}

export class Mailbox {
  readonly keepBodies: KeepBodies;
  #messages: AcceptedMessage[] = [];
  #renderingFailures: RenderingFailure[] = [];
  /** Everything before this index has lost its bodies already. */
  #bodiesFrom = 0;
  readonly #waiters = new Set<Waiter>();

  constructor(keepBodies: KeepBodies = 'all') {
    this.keepBodies = keepBodies;
  }

  get count(): number {
    return this.#messages.length;
  }

  all(): readonly AcceptedMessage[] {
    return this.#messages;
  }

  renderingFailures(): readonly RenderingFailure[] {
    return this.#renderingFailures;
  }

  /** The message of this id, also when it was accepted and then not rendered. */
  byId(messageId: string): AcceptedMessage | undefined {
    const isIt = (message: AcceptedMessage): boolean => message.messageId === messageId;
    return this.#messages.find(isIt) ?? this.#renderingFailures.find(isIt);
  }

  /** Compares bare addresses without regard to case, so that `Ann <ann@example.com>` is found by `ANN@example.com`. */
  byRecipient(email: string): AcceptedMessage[] {
    const wanted = bareAddress(email);
    return this.#messages.filter(({ to, cc, bcc }) => [...to, ...cc, ...bcc].some((address) => bareAddress(address) === wanted));
  }

  byTag(name: string, value: string): AcceptedMessage[] {
    return this.#messages.filter((message) => message.tags[name] === value);
  }

  /** Messages that share a value of this tag. With the platform's own send id as the tag, any at all is a broken promise. */
  duplicates(tagName: string): Duplicate[] {
    return repeated(this.#messages, (message) => message.tags[tagName]);
  }

  /** Catches what a tag cannot: the same mail sent again under a new send id. */
  duplicatesByRecipientAndSubject(): Duplicate[] {
    return repeated(this.#messages, (message) => `${message.to.map(bareAddress).sort().join(', ')} | ${message.subject}`);
  }

  record(messages: readonly AcceptedMessage[], failures: readonly RenderingFailure[] = []): void {
    for (const message of messages) this.#messages.push(message);
    for (const failure of failures) this.#renderingFailures.push(failure);
    this.#dropBodies();
    for (const waiter of this.#waiters) if (waiter.condition()) waiter.settle();
  }

  clear(): void {
    this.#messages = [];
    this.#renderingFailures = [];
    this.#bodiesFrom = 0;
  }

  waitForCount(count: number, timeoutMs = 10_000): Promise<readonly AcceptedMessage[]> {
    return this.waitFor(
      () => this.count >= count,
      timeoutMs,
      () => `${count} messages (${this.count} so far)`,
    );
  }

  /** Looks at the condition whenever a message is recorded; never by the clock. */
  waitFor(condition: () => boolean, timeoutMs = 10_000, what: () => string = () => 'the condition'): Promise<readonly AcceptedMessage[]> {
    if (condition()) return Promise.resolve(this.all());
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        condition,
        settle: (error) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          if (error === undefined) resolve(this.all());
          else reject(error);
        },
      };
      const timer = setTimeout(() => waiter.settle(new Error(`the SES stand-in waited ${timeoutMs} ms for ${what()}`)), timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  #dropBodies(): void {
    if (this.keepBodies === 'all') return;
    const kept = this.keepBodies === 'none' ? 0 : this.keepBodies;
    for (; this.#bodiesFrom < this.#messages.length - kept; this.#bodiesFrom += 1) {
      const message = this.#messages[this.#bodiesFrom];
      if (message === undefined) continue;
      delete message.html;
      delete message.text;
      delete message.raw;
      message.bodiesDropped = true;
    }
  }
}

/** The first header of this name, whatever its case. */
export function headerValue(message: Pick<AcceptedMessage, 'headers'>, name: string): string | undefined {
  return message.headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
}

export function bareAddress(address: string): string {
  // Most addresses are bare already, and 20,000 of them are looked through at a time.
  if (!/[<>"(),]/.test(address)) return address.trim().toLowerCase();
  return (addressParser(address, { flatten: true })[0]?.address ?? address).toLowerCase();
}

function repeated(messages: readonly AcceptedMessage[], keyOf: (message: AcceptedMessage) => string | undefined): Duplicate[] {
  const groups = new Map<string, AcceptedMessage[]>();
  for (const message of messages) {
    const key = keyOf(message);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [message]);
    else group.push(message);
  }
  return [...groups].filter(([, group]) => group.length > 1).map(([key, group]) => ({ key, messages: group }));
}
