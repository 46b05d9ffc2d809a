// The Content API: communities and listings, a page at a time, for who has the key; and its webhook. docs/content-sync.md
// describes it. It has trouble on order.
import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Collection = 'communities' | 'listings';

export interface ContentRecord {
  id: number;
  updated_at: string;
  deleted_at?: string | null;
  changed_at?: Record<string, string>;
  [field: string]: unknown;
}

/** What happens to a request instead of an answer, or on its way. */
export type Trouble =
  | { how: 'status'; status: number; retryAfter?: number }
  /** The headers promise a whole page, and the connection breaks in the middle of it. */
  | { how: 'half' }
  /** A whole answer, that is no page. */
  | { how: 'garbage'; body: string }
  /** The connection breaks before anything is said. */
  | { how: 'drop' }
  /** Nothing is said at all. */
  | { how: 'hang' };

export class ContentStandIn implements AsyncDisposable {
  readonly key = 'content-key-of-the-stand-in';
  readonly secret = 'webhook-secret-of-the-stand-in';
  readonly communities = new Map<number, ContentRecord>();
  readonly listings = new Map<number, ContentRecord>();
  /** The most records a page has, whatever is asked for. */
  page = 50;
  /** What goes wrong with the next requests, one each; `null` lets one by. */
  trouble: (Trouble | null)[] = [];
  /** What was asked for: paths with their queries. */
  readonly asked: string[] = [];
  /** Called before a page is answered: the point at which a crash leaves it undone. */
  onPage: ((path: string) => void | Promise<void>) | undefined;

  readonly #server: Server;
  readonly #held = new Set<ServerResponse>();

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        // A fault of the stand-in's own, not one it was told to have.
        console.error('Content stand-in:', error);
        response.destroy();
      });
    });
  }

  static async start(): Promise<ContentStandIn> {
    const standIn = new ContentStandIn();
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The settings of a platform that pulls from here. */
  get vars(): Record<string, string> {
    return { CONTENT_API_URL: this.url, CONTENT_API_KEY: this.key, CONTENT_WEBHOOK_SECRET: this.secret };
  }

  put(collection: Collection, ...records: ContentRecord[]): void {
    for (const record of records) this[collection].set(record.id, record);
  }

  /** Sends an event to a webhook, signed as of `at` (milliseconds) with `secret`. Gives the answer's status. */
  async tell(webhook: string, type: string, data: unknown, { id = randomUUID() as string, at = Date.now(), secret = this.secret } = {}): Promise<number> {
    const body = JSON.stringify({ id, type, data });
    const timestamp = String(Math.floor(at / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-content-timestamp': timestamp, 'x-content-signature': `sha256=${signature}` };
    const response = await fetch(webhook, { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status;
  }

  /** Lets go what hangs. */
  release(): void {
    for (const response of this.#held) response.destroy();
    this.#held.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    this.asked.push(url.pathname + url.search);
    const refuse = (status: number, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ message: 'no' }));
    };
    if (request.headers.authorization !== `Bearer ${this.key}`) return refuse(401);
    const collection = /^\/api\/(communities|listings)$/.exec(url.pathname)?.[1] as Collection | undefined;
    if (request.method !== 'GET' || !collection) return refuse(404);
    await this.onPage?.(url.pathname);
    const trouble = this.trouble.shift();
    switch (trouble?.how) {
      case 'status':
        return refuse(trouble.status, trouble.retryAfter === undefined ? {} : { 'retry-after': String(trouble.retryAfter) });
      case 'garbage':
        response.writeHead(200, { 'content-type': 'application/json' }).end(trouble.body);
        return;
      case 'drop':
        request.socket.destroy();
        return;
      case 'hang':
        this.#held.add(response);
        return;
    }
    const page = JSON.stringify(this.#page(collection, url.searchParams));
    if (trouble?.how === 'half') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(page) });
      response.write(page.slice(0, Math.floor(page.length / 2)), () => request.socket.destroy());
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(page);
  }

  /** In the order of change, so that what changes meanwhile comes again and nothing is passed over. */
  #page(collection: Collection, query: URLSearchParams): { data: ContentRecord[]; meta: { next_cursor: string | null } } {
    const since = query.has('updated_since') ? Date.parse(query.get('updated_since')!) : -Infinity;
    const behind: [number, number] = query.has('cursor') ? JSON.parse(Buffer.from(query.get('cursor')!, 'base64url').toString()) : [-Infinity, 0];
    const place = ({ updated_at, id }: ContentRecord): [number, number] => [Date.parse(updated_at), id];
    const isBehind = ([time, id]: [number, number], [otherTime, otherId]: [number, number]): boolean => time > otherTime || (time === otherTime && id > otherId);
    const records = [...this[collection].values()]
      .filter((record) => Date.parse(record.updated_at) >= since && isBehind(place(record), behind))
      .sort((one, other) => (isBehind(place(one), place(other)) ? 1 : -1));
    const data = records.slice(0, Math.min(this.page, Number(query.get('limit') ?? 50)));
    const last = data.at(-1);
    const next = last && records.length > data.length ? Buffer.from(JSON.stringify(place(last))).toString('base64url') : null;
    return { data, meta: { next_cursor: next } };
  }
}

export function community(id: number, name: string, more: Partial<ContentRecord> = {}): ContentRecord {
  return { id, updated_at: '2026-01-05T08:00:00Z', name, state: 'FL', county: 'Pinellas', zip_codes: ['33755'], ...more };
}

export function listing(id: number, name: string, more: Partial<ContentRecord> = {}): ContentRecord {
  return {
    id,
    updated_at: '2026-01-05T08:00:00Z',
    community_id: 1,
    name,
    phone: '+17275550142',
    email: `owner${id}@bakery.example`,
    address_street: '200 Harbor Street',
    address_city: 'Clearwater',
    address_state: 'FL',
    address_zip: '33755',
    address_lat: 27.9659,
    address_lng: -82.8001,
    website: 'https://bakery.example',
    hours_of_operation: { mon: [['08:00', '17:00']] },
    year_established: 1998,
    ...more,
  };
}
