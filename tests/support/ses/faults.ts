// Trouble on order. Every fault is counted, so that a test says "the third request, once" and not "some request, about then".
import type { BulkEmailStatus } from '@aws-sdk/client-sesv2';

import { ERROR_STATUS } from './errors.ts';

/** How often a fault strikes. */
export interface Counted {
  /** That many times; without it, until it is taken away. */
  count?: number;
  /** Lets this many requests by first. */
  after?: number;
}

/** The JSON of `PUT /_control/faults`, and what `faults.set` takes. */
export interface FaultSettings {
  /** Waits this long before it does anything: also before it accepts. */
  latency_ms?: number;
  /** Breaks the connection before anything is recorded. To the caller it looks like `fail_after_accept` by `destroy`; the mailbox tells them apart. */
  drop?: Counted;
  /** Refuses the request by one of SES's exceptions. */
  refuse?: Counted & { code: string; status?: number; message?: string };
  /** 429 TooManyRequestsException, with `Retry-After` when seconds are given (SES itself sends none). */
  throttle?: Counted & { retry_after_s?: number };
  /** Records the messages as accepted and then answers 500 (`status`), or breaks the connection (`destroy`). */
  fail_after_accept?: Counted & { how: 'status' | 'destroy'; status?: number };
  /** Records the messages as accepted and answers nothing until released. */
  hang?: Counted;
  /** Refuses recipients whose address matches: an entry's status in a bulk request, the exception that goes with it in a single one. */
  reject_recipients?: RecipientRule[];
  /** TRANSIENT_FAILURE for entries that match `pattern` (default: all), each `every`th of them, `count` in all. */
  transient?: { pattern?: string; every?: number; count?: number };
}

export interface RecipientRule {
  /** A regular expression on the bare address, without regard to case. */
  pattern: string;
  status: Exclude<BulkEmailStatus, 'SUCCESS'>;
  error?: string;
}

export interface EntryFault {
  status: Exclude<BulkEmailStatus, 'SUCCESS'>;
  error: string;
}

type CountedName = 'drop' | 'refuse' | 'throttle' | 'fail_after_accept' | 'hang';

export class Faults {
  #settings: FaultSettings = {};
  #rules: { pattern: RegExp; rule: RecipientRule }[] = [];
  #transientPattern = /(?:)/;
  #transientSeen = 0;
  readonly #delayed = new Set<(open: boolean) => void>();
  readonly #held = new Set<(released: boolean) => void>();
  readonly #waiters = new Set<() => void>();

  /** Replaces all faults. Throws on a name or a pattern it does not understand, as a fault that never strikes makes a test pass. */
  set(settings: FaultSettings): void {
    check(settings);
    this.#settings = structuredClone(settings);
    this.#rules = (settings.reject_recipients ?? []).map((rule) => ({ pattern: new RegExp(rule.pattern, 'i'), rule }));
    this.#transientPattern = new RegExp(settings.transient?.pattern ?? '', 'i');
    this.#transientSeen = 0;
  }

  /** Takes all faults away. What hangs goes on hanging until `release`. */
  clear(): void {
    this.set({});
  }

  /** What is left of them: counts go down as faults strike. */
  get current(): FaultSettings {
    return structuredClone(this.#settings);
  }

  /** Counts one request past this fault; answers its settings when it strikes now. */
  take<Name extends CountedName>(name: Name): NonNullable<FaultSettings[Name]> | undefined {
    const fault = this.#settings[name];
    if (fault === undefined) return undefined;
    if (fault.after !== undefined && fault.after > 0) {
      fault.after -= 1;
      return undefined;
    }
    if (fault.count !== undefined) {
      if (fault.count <= 0) return undefined;
      fault.count -= 1;
    }
    return fault;
  }

  /** Waits the latency out; false when the stand-in closed meanwhile. */
  delay(): Promise<boolean> {
    const ms = this.#settings.latency_ms ?? 0;
    if (ms <= 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (open: boolean): void => {
        clearTimeout(timer);
        this.#delayed.delete(end);
        resolve(open);
      };
      const timer = setTimeout(end, ms, true);
      this.#delayed.add(end);
    });
  }

  /** Whether this entry is to fail, by the bare addresses it goes to. */
  entry(addresses: readonly string[]): EntryFault | undefined {
    for (const { pattern, rule } of this.#rules) {
      if (addresses.some((address) => pattern.test(address))) {
        return { status: rule.status, error: rule.error ?? `The stand-in was told to answer ${rule.status}.` };
      }
    }
    const transient = this.#settings.transient;
    if (transient === undefined || transient.count === 0) return undefined;
    if (!addresses.some((address) => this.#transientPattern.test(address))) return undefined;
    this.#transientSeen += 1;
    if (this.#transientSeen % (transient.every ?? 1) !== 0) return undefined;
    if (transient.count !== undefined) transient.count -= 1;
    return { status: 'TRANSIENT_FAILURE', error: 'Amazon SES was unable to process your request because of a temporary issue.' };
  }

  /** How many requests wait their latency out now. */
  get delaying(): number {
    return this.#delayed.size;
  }

  /** How many requests hang now. */
  get hanging(): number {
    return this.#held.size;
  }

  /** Holds a request until it is released; false when the stand-in closed meanwhile. */
  hold(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#held.add(resolve);
      for (const wake of this.#waiters) wake();
    });
  }

  /** Lets all that hang be answered; answers how many those were. */
  release(): number {
    return this.#endHolds(true);
  }

  /** Ends every wait: there is nobody left to answer. */
  close(): void {
    this.#endHolds(false);
    for (const end of [...this.#delayed]) end(false);
  }

  waitForHanging(count: number, timeoutMs = 10_000): Promise<void> {
    if (this.hanging >= count) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(wake);
        reject(new Error(`the SES stand-in waited ${timeoutMs} ms for ${count} requests to hang (${this.hanging} do)`));
      }, timeoutMs);
      const wake = (): void => {
        if (this.hanging < count) return;
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      this.#waiters.add(wake);
    });
  }

  #endHolds(open: boolean): number {
    const held = [...this.#held];
    this.#held.clear();
    for (const resolve of held) resolve(open);
    return held.length;
  }
}

const COUNTED: readonly string[] = ['count', 'after'];

/** The fields each fault may have; a misspelt one is refused. */
const FIELDS: Record<keyof FaultSettings, readonly string[] | null> = {
  latency_ms: null,
  drop: COUNTED,
  refuse: [...COUNTED, 'code', 'status', 'message'],
  throttle: [...COUNTED, 'retry_after_s'],
  fail_after_accept: [...COUNTED, 'how', 'status'],
  hang: COUNTED,
  reject_recipients: null,
  transient: ['pattern', 'every', 'count'],
};

function check(settings: FaultSettings): void {
  for (const [name, fault] of Object.entries(settings)) {
    if (!Object.hasOwn(FIELDS, name)) throw new Error(`there is no fault '${name}': ${Object.keys(FIELDS).join(', ')}`);
    const fields = FIELDS[name as keyof FaultSettings];
    if (fields === null) continue;
    for (const field of Object.keys(fault as object)) {
      if (!fields.includes(field)) throw new Error(`the fault '${name}' has no '${field}': ${fields.join(', ')}`);
    }
  }
  const { latency_ms: latency, refuse, fail_after_accept: fail, reject_recipients: rules } = settings;
  if (latency !== undefined && !(latency >= 0)) throw new Error('latency_ms must be a number of milliseconds');
  if (refuse !== undefined && refuse.status === undefined && !Object.hasOwn(ERROR_STATUS, refuse.code)) {
    throw new Error(
      `SES has no exception '${refuse.code}' (give a status with it, if it is meant): ${Object.keys(ERROR_STATUS).join(', ')}`,
    );
  }
  if (fail !== undefined && fail.how !== 'status' && fail.how !== 'destroy')
    throw new Error("fail_after_accept.how is 'status' or 'destroy'");
  for (const rule of rules ?? []) if (!STATUSES.has(rule.status)) throw new Error(`SES has no entry status '${rule.status}'`);
}

const STATUSES: ReadonlySet<string> = new Set<EntryFault['status']>([
  'ACCOUNT_DAILY_QUOTA_EXCEEDED',
  'ACCOUNT_SENDING_PAUSED',
  'ACCOUNT_SUSPENDED',
  'ACCOUNT_THROTTLED',
  'CONFIGURATION_SET_NOT_FOUND',
  'CONFIGURATION_SET_SENDING_PAUSED',
  'FAILED',
  'INVALID_PARAMETER',
  'INVALID_SENDING_POOL_NAME',
  'MAIL_FROM_DOMAIN_NOT_VERIFIED',
  'MESSAGE_REJECTED',
  'TEMPLATE_NOT_FOUND',
  'TRANSIENT_FAILURE',
]);
