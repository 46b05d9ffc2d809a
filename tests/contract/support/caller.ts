// Calls operations and holds every answer to the contract.
import assert from 'node:assert/strict';

import type { Platform } from '../../support/platform.ts';
import type { Contract, Operation } from './contract.ts';
import type { Path } from './records.ts';

export interface Call {
  path?: Path;
  query?: Record<string, string>;
  /** Sent as it is when it is a text or bytes, else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Default: the key of the settings. `null` for none. */
  key?: string | null;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: any;
  code: string | undefined;
}

export class Caller {
  /** The statuses that each operation was seen to answer with. */
  readonly seen = new Map<string, Set<number>>();
  readonly #platform: Platform;
  readonly #contract: Contract;

  constructor(platform: Platform, contract: Contract) {
    this.#platform = platform;
    this.#contract = contract;
  }

  async call(operation: Operation, { path = {}, query = {}, body, headers = {}, key = this.#platform.apiKey }: Call = {}): Promise<Answered> {
    const parameters = new URLSearchParams(query).toString();
    const address = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? '')) + (parameters && `?${parameters}`);
    const asIs = typeof body === 'string' || body instanceof Uint8Array;
    const response = await connected(() => this.#platform.fetch(address, {
      method: operation.method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: asIs ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    }));
    const text = await response.text();
    const kind = response.headers.get('content-type');
    const read = kind?.includes('json') && text !== '' ? JSON.parse(text) : text;
    const shown = `${operation.id}: ${operation.method} ${address} ${shorten(body)} answered ${response.status} ${shorten(text)}`;
    assert.ok(response.status < 500, shown);
    // A path with a zero character in it leads to no operation.
    const isReached = !address.split('?')[0]!.includes('%00');
    const complaint = this.#contract.answer(operation, response.status, kind, read) ?? (isReached ? this.#contract.headers(operation, response.status, response.headers) : undefined);
    assert.equal(complaint, undefined, `${shown}, which is not what the contract says: ${complaint}`);
    const statuses = this.seen.get(operation.id) ?? new Set();
    this.seen.set(operation.id, statuses.add(response.status));
    return { status: response.status, headers: response.headers, body: read, code: read?.error?.code };
  }
}

/** The runtime ends a connection on which more is sent than it wants to read, and with it whatever else was begun there. */
async function connected(call: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      if (attempt === 4 || !['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code ?? '')) throw error;
    }
  }
}

function shorten(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
