// The SES stand-in: its sockets, and the order in which a request meets signature, faults, acceptance, hook and answer.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { CONTROL_PREFIX, answerControl } from './control.ts';
import { AwsError } from './errors.ts';
import { Faults } from './faults.ts';
import type { FaultSettings } from './faults.ts';
import { listen } from './listen.ts';
import { Mailbox } from './mailbox.ts';
import type { AcceptedMessage, KeepBodies } from './mailbox.ts';
import { OPERATIONS } from './operations.ts';
import type { Account } from './operations.ts';
import { SignatureVerifier } from './signature.ts';
import type { Credentials, ReceivedRequest, VerifyMode } from './signature.ts';
import type { SnsStandIn } from './sns.ts';
import type { Escaping, VariableNames } from './templates.ts';

export interface SesOptions {
  /** 0 (the default) takes any free port. */
  port?: number;
  region?: string;
  credentials?: Credentials;
  verifySignature?: VerifyMode;
  /** The stand-in's clock, for acceptance times and the five minutes a signature is good for. */
  now?: () => number;
  /** False takes any date in a signature, as the platform under test may run on a clock of its own. */
  checkClock?: boolean;
  keepBodies?: KeepBodies;
  faults?: FaultSettings;
  /** Called when messages are recorded and before the answer: the point at which a crash leaves an outcome nobody knows. */
  onAccepted?: OnAccepted;
  verifiedIdentities?: readonly string[];
  configurationSets?: readonly string[];
  /** Default `none`: SES escapes nothing. */
  escaping?: Escaping;
  /** Default `alphanumeric`: SES is reported to refuse others in inline templates. */
  variableNames?: VariableNames;
  /** Default `event`: SES accepts what it cannot render. */
  renderingFailure?: 'event' | 'status';
  /** Bytes; default 1 MB, the guide's limit. */
  inlineTemplateLimit?: number;
  /** Where `POST /_control/events` publishes. */
  sns?: Pick<SnsStandIn, 'publish'>;
}

export type OnAccepted = (messages: readonly AcceptedMessage[]) => void | Promise<void>;

export interface RequestStats {
  /** Requests to the service; those to `/_control` do not count. */
  requests: number;
  /** By HTTP status; `none` are those that got no answer. */
  byStatus: Record<string, number>;
  /** By exception. */
  byError: Record<string, number>;
}

export interface SesStandIn {
  readonly url: string;
  readonly port: number;
  readonly region: string;
  readonly credentials: Credentials;
  readonly mailbox: Mailbox;
  readonly faults: Faults;
  readonly stats: RequestStats;
  readonly signaturesChecked: number;
  onAccepted: OnAccepted | undefined;
  /** Breaks what hangs, closes every connection. */
  close(): Promise<void>;
}

/** What a test has no reason to choose. They are not secret: they open nothing. */
export const DEFAULT_CREDENTIALS: Credentials = { accessKeyId: 'AKIASTANDIN000000000', secretAccessKey: 'stand-in/secret+access=key' };

const MAX_BODY_BYTES = 40 * 1024 * 1024;

export async function startSesStandIn(options: SesOptions = {}): Promise<SesStandIn> {
  const region = options.region ?? 'us-east-1';
  const credentials = options.credentials ?? DEFAULT_CREDENTIALS;
  const now = options.now ?? Date.now;
  const mailbox = new Mailbox(options.keepBodies);
  const faults = new Faults();
  faults.set(options.faults ?? {});
  const verifier = new SignatureVerifier({
    credentials,
    region,
    mode: options.verifySignature ?? 'always',
    now,
    checkClock: options.checkClock ?? true,
  });
  const account: Account = {
    region,
    templates: { escaping: options.escaping ?? 'none', names: options.variableNames ?? 'alphanumeric' },
    renderingFailure: options.renderingFailure ?? 'event',
    inlineTemplateLimit: options.inlineTemplateLimit ?? 1024 * 1024,
    now,
    faults,
    bodies: mailbox.keepBodies !== 'none',
    ...(options.verifiedIdentities === undefined ? {} : { verifiedIdentities: options.verifiedIdentities }),
    ...(options.configurationSets === undefined ? {} : { configurationSets: options.configurationSets }),
  };
  const stats: RequestStats = { requests: 0, byStatus: {}, byError: {} };

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      // A fault of the stand-in's own, not one it was told to have.
      console.error('SES stand-in:', error);
      response.destroy();
    });
  });
  // The default of five seconds closes idle connections under a client that is about to use them: a fault nobody asked for.
  server.keepAliveTimeout = 120_000;
  const port = await listen(server, options.port ?? 0);

  const standIn: SesStandIn = {
    url: `http://127.0.0.1:${port}`,
    port,
    region,
    credentials,
    mailbox,
    faults,
    stats,
    get signaturesChecked() {
      return verifier.checked;
    },
    onAccepted: options.onAccepted,
    close: async () => {
      faults.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return standIn;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? '/', 'http://stand-in');
    if (target.pathname.startsWith(CONTROL_PREFIX)) {
      const body = await readBody(request);
      return answerControl({ method: request.method ?? 'GET', target, body: body ?? Buffer.alloc(0) }, response, standIn, options.sns);
    }
    stats.requests += 1;
    const requestId = randomUUID();
    try {
      const answer = await serve(request, target, requestId);
      if (answer === undefined) {
        count(stats.byStatus, 'none');
        request.socket.destroy();
      } else {
        send(response, 200, requestId, answer);
      }
    } catch (error) {
      if (request.readableAborted) return count(stats.byStatus, 'none');
      const refusal =
        error instanceof AwsError ? error : new AwsError('InternalFailure', 'We encountered an internal error. Please try again.');
      if (refusal !== error) console.error('SES stand-in:', error);
      count(stats.byError, refusal.code);
      send(
        response,
        refusal.status,
        requestId,
        { message: refusal.message },
        { 'x-amzn-ErrorType': refusal.errorType, ...refusal.headers },
      );
    }
  }

  /** The answer's JSON; undefined breaks the connection. */
  async function serve(request: IncomingMessage, target: URL, requestId: string): Promise<unknown> {
    const body = await readBody(request);
    const operation = request.method === 'POST' ? OPERATIONS[target.pathname] : undefined;
    if (operation === undefined) throw new AwsError('UnknownOperationException', `No operation at ${request.method} ${target.pathname}.`);
    if (body === undefined) throw new AwsError('RequestEntityTooLargeException', `The request is larger than ${MAX_BODY_BYTES} bytes.`);
    await verifier.verify(received(request, target, body));
    if (!(await faults.delay()) || faults.take('drop') !== undefined) return undefined;
    const refuse = faults.take('refuse');
    if (refuse !== undefined) {
      throw new AwsError(
        refuse.code,
        refuse.message ?? 'The stand-in was told to refuse.',
        refuse.status === undefined ? {} : { status: refuse.status },
      );
    }
    const throttle = faults.take('throttle');
    if (throttle !== undefined) {
      const headers: Record<string, string> = throttle.retry_after_s === undefined ? {} : { 'Retry-After': String(throttle.retry_after_s) };
      throw new AwsError('TooManyRequestsException', 'Maximum sending rate exceeded.', { headers });
    }

    const outcome = await operation(body, requestId, account);
    mailbox.record(outcome.messages, outcome.failures);
    if (outcome.messages.length > 0) await standIn.onAccepted?.(outcome.messages);

    const fail = faults.take('fail_after_accept');
    if (fail?.how === 'destroy') return undefined;
    if (fail !== undefined)
      throw new AwsError('InternalFailure', 'The stand-in was told to fail after it accepted.', { status: fail.status ?? 500 });
    if (faults.take('hang') !== undefined && !(await faults.hold())) return undefined;
    return outcome.answer;
  }

  function send(response: ServerResponse, status: number, requestId: string, answer: unknown, headers: Record<string, string> = {}): void {
    count(stats.byStatus, String(status));
    const json = Buffer.from(JSON.stringify(answer));
    response.writeHead(status, {
      'x-amzn-RequestId': requestId,
      'Content-Type': 'application/json',
      'Content-Length': json.length,
      ...headers,
    });
    response.end(json);
  }
}

function received(request: IncomingMessage, target: URL, body: Buffer): ReceivedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(target.searchParams.keys())) query[name] = target.searchParams.getAll(name);
  return { method: request.method ?? '', path: target.pathname, query, headers, body };
}

/** Undefined when there is more than SES takes. The rest is read all the same, so that the caller gets to hear of it. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
