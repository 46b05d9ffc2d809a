// The whole platform on the real runtime: the built Worker in workerd with its queues, its cron and either engine.
import { randomBytes, randomUUID } from 'node:crypto';
import { accessSync, constants, mkdtempSync, readFileSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Log, LogLevel, Miniflare, Response as MiniflareResponse } from 'miniflare';

import { TENANT_ID } from '../../seed/tenant.ts';
import { openEngine } from './engine.ts';
import type { Engine, EngineName, Row, Value } from './engine.ts';
import { freePort } from './postgres.ts';
import type { Cluster } from './postgres.ts';
import { until } from './wait.ts';
import { workerOptions } from './worker.ts';
import type { RuntimeOptions, WorkerSource } from './worker.ts';

export { engines } from './engine.ts';
export type { EngineName, Row, Value } from './engine.ts';
export type { WorkerSource } from './worker.ts';

export interface PlatformOptions {
  /** Default `d1`. */
  engine?: EngineName;
  /** For the engine `postgres`: another cluster than the run's own, as a measurement's durable one. */
  cluster?: Cluster;
  /** Default $OPERATIONS_TEST_WORKER, else `dev`. */
  worker?: WorkerSource;
  /** Settings over those of wrangler.toml and of the harness. */
  vars?: Record<string, string>;
  /** The SES stand-in. Without one the platform keeps its email in the outbox. */
  ses?: { url: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** Keeps D1's data in this folder after `dispose`. */
  persistTo?: string;
  /** Seconds a queue's consumer waits for its batch to fill. Default 0: at once. `null`: as in wrangler.toml. */
  queueTimeout?: number | null;
  /** Requests a minute that a limit (its binding's name) lets through. Default: as many as come. */
  limits?: Record<string, number>;
  /** Whose key the API key is. `false` leaves the database without a tenant. */
  tenant?: Partial<Tenant> | false;
  /** Origins that stand-ins answer for: `{ 'https://accounts.google.com': 'http://127.0.0.1:1234' }`. */
  hosts?: Record<string, string>;
  /** Adds `directUrl`, which reaches the Worker without Miniflare's own entry before it. */
  direct?: boolean;
  /** Prints what the Worker logs. Default: when $OPERATIONS_TEST_VERBOSE is set. */
  verbose?: boolean;
}

export interface Tenant {
  id: string;
  name: string;
  slug: string;
  sender_name: string;
  sender_email: string;
  reply_to_email: string | null;
  postal_address: string;
  landing_base_url: string;
  timezone: string;
  daily_send_limit: number | null;
}

const TENANT: Tenant = {
  id: TENANT_ID,
  name: 'Riverside Local Media',
  slug: 'riverside-local-media',
  sender_name: 'Dana Whitfield',
  sender_email: 'dana@mail.example.com',
  reply_to_email: 'replies@mail.example.com',
  postal_address: '200 Harbor Street, Clearwater, FL 33755',
  landing_base_url: 'https://learn.example.com',
  timezone: 'America/New_York',
  daily_send_limit: null,
};

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, else its text. */
  body: T;
}

export interface LogLine {
  level: string;
  message: string;
}

const MEMORY = '/dev/shm';
const MARK = 'OPERATIONS_PLATFORM_INSTANCE';

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const engine = await openEngine(options.engine ?? 'd1', options.cluster);
  const folder = options.persistTo ?? mkdtempSync(join(scratch(), 'operations-platform-'));
  const port = await freePort();
  const platform = new Platform(options, engine, folder, port);
  try {
    await platform.start();
    await platform.prepare();
  } catch (error) {
    await platform.dispose().catch(() => {});
    throw error;
  }
  return platform;
}

export class Platform {
  readonly url: string;
  readonly engine: EngineName;
  readonly apiKey = `test_${randomBytes(24).toString('base64url')}`;
  readonly tenantId: string;
  /** What the Worker has logged, oldest first. */
  readonly logs: LogLine[] = [];

  readonly #options: PlatformOptions;
  readonly #engine: Engine;
  readonly #runtimeOptions: RuntimeOptions;
  readonly #instance = randomUUID();
  readonly #auditKey = randomBytes(32).toString('hex');
  readonly #verbose: boolean;
  #runtime: Miniflare | undefined;
  #directUrl: string | undefined;
  #removeFolder: (() => void) | undefined;

  /** Use `startPlatform`. */
  constructor(options: PlatformOptions, engine: Engine, folder: string, port: number) {
    this.#options = options;
    this.#engine = engine;
    this.#verbose = options.verbose ?? Boolean(process.env['OPERATIONS_TEST_VERBOSE']);
    this.engine = engine.name;
    this.url = `http://127.0.0.1:${port}`;
    this.tenantId = (options.tenant || TENANT).id ?? TENANT_ID;
    if (!options.persistTo) {
      this.#removeFolder = () => rmSync(folder, { recursive: true, force: true });
      process.once('exit', this.#removeFolder);
    }
    this.#runtimeOptions = {
      ...workerOptions({
        source: options.worker ?? (process.env['OPERATIONS_TEST_WORKER'] as 'dev' | 'release' | undefined) ?? 'dev',
        vars: this.#vars(),
        hyperdrive: engine.hyperdrive,
        limits: options.limits,
        queueTimeout: options.queueTimeout === null ? undefined : (options.queueTimeout ?? 0),
      }),
      host: '127.0.0.1',
      port,
      cf: false,
      d1Persist: join(folder, 'd1'),
      r2Persist: join(folder, 'r2'),
      durableObjectsPersist: join(folder, 'durable-objects'),
      telemetry: { enabled: false },
      unsafeTriggerHandlers: true,
      unsafeRuntimeEnv: { [MARK]: this.#instance },
      ...(options.hosts ? { outboundService: elsewhere(options.hosts) } : {}),
      ...(options.direct ? { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] } : {}),
      log: new RuntimeLog((line) => this.#keep(line)),
      handleStructuredLogs: ({ level, message }: LogLine) => this.#keep({ level, message }),
    } as RuntimeOptions;
  }

  /** The Worker's own socket; with the option `direct`. */
  get directUrl(): string {
    if (!this.#directUrl) throw new Error('start the platform with { direct: true }');
    return this.#directUrl;
  }

  // ---- Over HTTP

  /** Follows no redirect. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.url), { redirect: 'manual', ...init });
  }

  /** Sends a file; gives what is under `data`. */
  async upload<T = any>(path: string, file: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>): Promise<T> {
    const streamed = file instanceof ReadableStream ? { duplex: 'half' } : {};
    const init = { method: 'POST', headers: { authorization: `Bearer ${this.apiKey}`, 'content-type': 'text/csv' }, body: file, ...streamed };
    const { status, body } = await answer(await this.fetch(path, init as RequestInit));
    if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body.data;
  }

  /** A call of the API with its key. */
  async api<T = any>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await this.fetch(path, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return answer<T>(response);
  }

  /** A call that must succeed: gives what is under `data`. */
  async data<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, body: answered } = await this.api(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(answered)}`);
    return answered?.data;
  }

  /** Counters the Worker keeps outside production. */
  metrics(): Promise<any> {
    return this.#development('GET', '/dev/metrics');
  }

  readonly clock = {
    /** Milliseconds since 1970. */
    get: async (): Promise<number> => (await this.#development('GET', '/dev/clock')).now_ms,
    set: async (to: string | number): Promise<number> => {
      const now = typeof to === 'number' ? to : Date.parse(to);
      return (await this.#development('POST', '/dev/clock', { now_ms: now })).now_ms;
    },
    advance: async (milliseconds: number): Promise<number> =>
      (await this.#development('POST', '/dev/clock', { advance_ms: milliseconds })).now_ms,
  };

  async #development(method: string, path: string, body?: unknown): Promise<any> {
    const response = await this.fetch(path, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const answered = await answer(response);
    if (answered.status !== 200) throw new Error(`${method} ${path} answered ${answered.status}: ${JSON.stringify(answered.body)}`);
    return answered.body.data;
  }

  // ---- Beside HTTP

  /** One tick: runs the scheduled handler and waits until it is done. */
  async cron(): Promise<void> {
    const response = await this.fetch('/cdn-cgi/handler/scheduled?cron=*+*+*+*+*');
    if (response.status !== 200) throw new Error(`the scheduled handler ended with ${response.status}: ${await response.text()}`);
  }

  /** Puts a text on a queue by its binding, as the Worker would: again, or out of order. Perhaps more than once, as queues do. */
  async enqueue(binding: 'SENDS' | 'TRACKING' | 'AUDIT' | 'IMPORTS' | 'CONTENT', ...bodies: string[]): Promise<void> {
    const queue = await this.#running().getQueueProducer<string>(binding);
    const messages = bodies.map((body) => ({ body, contentType: 'text' as const }));
    // The way in from outside can be cut off while the runtime is busy.
    await until(() => queue.sendBatch(messages).then(() => true), { what: `the messages are on the queue ${binding}` });
  }

  /** A statement straight to the engine, with `?1` placeholders. */
  sql<R = Row>(statement: string, ...values: Value[]): Promise<R[]> {
    return this.#engine.query<R>(this.#running(), statement, values);
  }

  /** A reading statement past the runtime, for what has to be seen while that is busy. */
  peek<R = Row>(statement: string, ...values: Value[]): Promise<R[]> {
    return this.#engine.peek<R>(this.#runtimeOptions.d1Persist as string, statement, values);
  }

  // ---- Its life

  async start(): Promise<void> {
    this.#runtime = new Miniflare(this.#runtimeOptions);
    await this.#runtime.ready;
    if (this.#options.direct) this.#directUrl = (await this.#runtime.unsafeGetDirectURL()).origin;
  }

  /** Migrations and the tenant. */
  async prepare(): Promise<void> {
    const known = this.engine === 'd1' && this.#options.persistTo ? await this.sql("SELECT 1 FROM sqlite_master WHERE name = 'tenants'") : [];
    if (known.length === 0) await this.#engine.migrate(this.#running());
    if (this.#options.tenant === false) return;
    const tenant = { ...TENANT, ...this.#options.tenant, created_at: 0, updated_at: 0 };
    const names = Object.keys(tenant);
    await this.sql(
      `INSERT INTO tenants (${names.join(', ')}) VALUES (${names.map((_, index) => `?${index + 1}`).join(', ')}) ON CONFLICT DO NOTHING`,
      ...Object.values(tenant),
    );
  }

  /** Stops and starts the runtime; the data stays, what was on the queues does not. */
  async restart(): Promise<void> {
    await this.#runtime?.dispose();
    await this.start();
  }

  /** Kills the runtime in the middle of whatever it does, and starts it again on the same port and data. */
  async kill(): Promise<void> {
    const process_ = this.#runtimeProcess();
    process.kill(process_, 'SIGKILL');
    await until(() => !commandOf(process_), { what: `the runtime ${process_} is gone` });
    await this.restart();
  }

  async dispose(): Promise<void> {
    await this.#runtime?.dispose();
    this.#runtime = undefined;
    await this.#engine.close();
    if (this.#removeFolder) {
      process.off('exit', this.#removeFolder);
      this.#removeFolder();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** The resident memory of our workerd, in bytes. */
  memory(): number {
    const pages = Number(readProcess(this.#runtimeProcess(), 'statm').split(' ')[1]);
    return pages * 4_096;
  }

  /** The process id of our workerd: the child that carries our mark in its environment. */
  #runtimeProcess(): number {
    const ours = `${MARK}=${this.#instance}`;
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name) && readProcess(name, 'environ').split('\0').includes(ours)) return Number(name);
    }
    throw new Error('the runtime is not running');
  }

  #running(): Miniflare {
    if (!this.#runtime) throw new Error('the platform is not running');
    return this.#runtime;
  }

  #vars(): Record<string, string> {
    const { ses, vars } = this.#options;
    return {
      ENVIRONMENT: 'test',
      DATABASE: this.engine,
      PUBLIC_URL: this.url,
      API_KEY: this.apiKey,
      API_KEY_TENANT_ID: this.tenantId,
      TRACKING_KEYS: `1:${randomBytes(32).toString('hex')}`,
      AUDIT_KEY: this.#auditKey,
      SESSION_KEY: randomBytes(32).toString('hex'),
      ...(ses
        ? {
            EMAIL_PROVIDER: 'ses',
            SES_REGION: ses.region,
            SES_ENDPOINT: ses.url,
            SES_ACCESS_KEY_ID: ses.credentials.accessKeyId,
            SES_SECRET_ACCESS_KEY: ses.credentials.secretAccessKey,
          }
        : { EMAIL_PROVIDER: 'outbox' }),
      ...vars,
    };
  }

  #keep(line: LogLine): void {
    this.logs.push(line);
    if (this.#verbose) process.stderr.write(`[${this.engine}] ${line.level} ${line.message}\n`);
  }
}

/** Where D1's data goes that nobody keeps: into memory where there is room, because each write waits for the disk otherwise. */
function scratch(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    accessSync(MEMORY, constants.W_OK);
    return bavail * bsize > 2 ** 30 ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** The Worker's way out, with some origins led to stand-ins. */
function elsewhere(hosts: Record<string, string>): (request: Request) => Promise<Response> {
  return async (request) => {
    const { origin, pathname, search } = new URL(request.url);
    const body = request.method === 'GET' ? null : await request.text();
    const headers = Object.fromEntries([...request.headers].filter(([name]) => !['host', 'content-length', 'transfer-encoding'].includes(name)));
    const response = await fetch((hosts[origin] ?? origin) + pathname + search, { method: request.method, headers, body });
    return new MiniflareResponse(await response.text(), { status: response.status, headers: Object.fromEntries(response.headers) }) as unknown as Response;
  };
}

async function answer<T = any>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

function readProcess(id: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Empty once the process has ended, also while it waits to be collected. */
const commandOf = (id: number): string => readProcess(id, 'cmdline');

/** What the runtime says of itself, among it a queue handler that failed. */
class RuntimeLog extends Log {
  readonly #keep: (line: LogLine) => void;

  constructor(keep: (line: LogLine) => void) {
    super(LogLevel.WARN);
    this.#keep = keep;
  }

  override logWithLevel(level: LogLevel, message: string): void {
    if (level <= LogLevel.WARN) this.#keep({ level: LogLevel[level].toLowerCase(), message });
  }
}
