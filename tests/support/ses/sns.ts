// The SNS stand-in: a topic that signs what is published to it with a certificate it serves, and posts it to webhooks as SNS does, at
// least once and in no order one may count on.
import { createSign, createVerify, randomBytes, randomUUID } from 'node:crypto';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { generate } from 'selfsigned';

import { listen } from './listen.ts';

export type SignatureVersion = '1' | '2';

export interface SnsEnvelope {
  Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  MessageId: string;
  TopicArn: string;
  Subject?: string;
  Message: string;
  Timestamp: string;
  SignatureVersion: SignatureVersion;
  Signature: string;
  SigningCertURL: string;
  UnsubscribeURL?: string;
  SubscribeURL?: string;
  Token?: string;
}

export interface SnsOptions {
  /** 0 (the default) takes any free port. */
  port?: number;
  region?: string;
  accountId?: string;
  topicName?: string;
  /** Of topics that nobody configured: `1`. */
  signatureVersion?: SignatureVersion;
  now?: () => number;
  /** Further attempts after an answer that is not 2xx; default 3, SNS's own. */
  retries?: number;
  retryDelayMs?: number;
  /** An attempt is given up after this; default 15 s, SNS's own. */
  timeoutMs?: number;
}

export interface PublishOptions {
  subject?: string;
  signatureVersion?: SignatureVersion;
  /** The same envelope, `MessageId` and all, that many times: SNS delivers at least once. */
  copies?: number;
  /** This endpoint alone, confirmed or not; default all confirmed ones. */
  endpoint?: string;
}

export interface PublishManyOptions extends PublishOptions {
  /** `reverse`, or the indices in the order in which they are to arrive. */
  order?: 'given' | 'reverse' | readonly number[];
  /** Deliveries under way at once; default 1, so that the order is an order. */
  concurrency?: number;
}

export interface Delivery {
  endpoint: string;
  envelope: SnsEnvelope;
  /** What each attempt came to: an HTTP status, or the error's text. */
  attempts: (number | string)[];
  delivered: boolean;
}

export interface Subscription {
  endpoint: string;
  subscriptionArn: string;
  token: string;
  confirmed: boolean;
  /** How the confirmation request itself fared. */
  confirmation: Delivery;
}

export interface SnsStandIn {
  /** What the platform's setting rewrites `https://sns.<region>.amazonaws.com` to. */
  readonly url: string;
  readonly port: number;
  readonly topicArn: string;
  readonly signingCertUrl: string;
  readonly certificatePem: string;
  /** Times a certificate was fetched: a platform that keeps it asks once. */
  readonly certificateRequests: number;
  readonly deliveries: readonly Delivery[];
  readonly subscriptions: readonly Subscription[];
  /** Posts the SubscriptionConfirmation; resolves when it has been answered, which may be before the endpoint confirms. */
  subscribe(endpoint: string): Promise<Subscription>;
  /** Counts an endpoint as confirmed without asking it. */
  subscribeConfirmed(endpoint: string): void;
  /** Takes the subscription away and posts the UnsubscribeConfirmation. */
  unsubscribe(endpoint: string): Promise<Delivery | undefined>;
  waitForConfirmation(endpoint: string, timeoutMs?: number): Promise<void>;
  /** Text goes as it is, anything else as JSON; SES events in the dress SES gives them. */
  publish(message: string | object, options?: PublishOptions): Promise<Delivery[]>;
  publishMany(messages: readonly (string | object)[], options?: PublishManyOptions): Promise<Delivery[]>;
  /** A signed envelope that was sent to nobody, for tests that tamper with it. */
  notification(message: string | object, options?: PublishOptions): SnsEnvelope;
  sign(envelope: Omit<SnsEnvelope, 'Signature' | 'SigningCertURL'>): SnsEnvelope;
  /** Posts an envelope as it is, with SNS's headers and retries. */
  deliver(endpoint: string, envelope: SnsEnvelope): Promise<Delivery>;
  /** A new key and certificate at a new URL; the old one is served still. */
  rotateCertificate(): Promise<void>;
  close(): Promise<void>;
}

interface SigningKey {
  path: string;
  privateKey: string;
  certificate: string;
}

export async function startSnsStandIn(options: SnsOptions = {}): Promise<SnsStandIn> {
  const region = options.region ?? 'us-east-1';
  const host = `https://sns.${region}.amazonaws.com`;
  const topicArn = `arn:aws:sns:${region}:${options.accountId ?? '123456789012'}:${options.topicName ?? 'ses-events'}`;
  const now = options.now ?? Date.now;
  const retries = options.retries ?? 3;
  const agent = new Agent({ keepAlive: true });
  const subscriptions: Subscription[] = [];
  const deliveries: Delivery[] = [];
  const confirmationWaiters = new Set<() => void>();
  const certificates = new Map<string, string>();
  let certificateRequests = 0;
  let key = await newKey();
  certificates.set(key.path, key.certificate);

  const server = createServer(answer);
  const port = await listen(server, options.port ?? 0);

  const standIn: SnsStandIn = {
    url: `http://127.0.0.1:${port}`,
    port,
    topicArn,
    get signingCertUrl() {
      return host + key.path;
    },
    get certificatePem() {
      return key.certificate;
    },
    get certificateRequests() {
      return certificateRequests;
    },
    deliveries,
    subscriptions,
    subscribe,
    subscribeConfirmed: (endpoint) => {
      const token = newToken();
      const confirmation: Delivery = {
        endpoint,
        envelope: confirmationOf('SubscriptionConfirmation', token),
        attempts: [],
        delivered: false,
      };
      subscriptions.push({ endpoint, subscriptionArn: `${topicArn}:${randomUUID()}`, token, confirmed: true, confirmation });
    },
    unsubscribe,
    waitForConfirmation,
    publish: (message, publishOptions = {}) => publishMany([message], publishOptions),
    publishMany,
    notification,
    sign,
    deliver,
    rotateCertificate: async () => {
      key = await newKey();
      certificates.set(key.path, key.certificate);
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return standIn;

  function notification(message: string | object, { subject, signatureVersion }: PublishOptions = {}): SnsEnvelope {
    const published = dress(message);
    const title = subject ?? published.subject;
    return sign({
      Type: 'Notification',
      MessageId: randomUUID(),
      TopicArn: topicArn,
      ...(title === undefined ? {} : { Subject: title }),
      Message: published.message,
      Timestamp: new Date(now()).toISOString(),
      SignatureVersion: signatureVersion ?? options.signatureVersion ?? '1',
    });
  }

  function sign(envelope: Omit<SnsEnvelope, 'Signature' | 'SigningCertURL'>): SnsEnvelope {
    const signer = createSign(ALGORITHM[envelope.SignatureVersion]);
    signer.update(stringToSign(envelope), 'utf8');
    return { ...envelope, Signature: signer.sign(key.privateKey, 'base64'), SigningCertURL: host + key.path };
  }

  function confirmationOf(type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation', token: string): SnsEnvelope {
    const message =
      type === 'SubscriptionConfirmation'
        ? `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
        : `You have chosen to deactivate subscription to the topic ${topicArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
    return sign({
      Type: type,
      MessageId: randomUUID(),
      Token: token,
      TopicArn: topicArn,
      Message: message,
      SubscribeURL: `${host}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
      Timestamp: new Date(now()).toISOString(),
      SignatureVersion: options.signatureVersion ?? '1',
    });
  }

  async function subscribe(endpoint: string): Promise<Subscription> {
    const token = newToken();
    const envelope = confirmationOf('SubscriptionConfirmation', token);
    const confirmation: Delivery = { endpoint, envelope, attempts: [], delivered: false };
    const subscription: Subscription = { endpoint, subscriptionArn: `${topicArn}:${randomUUID()}`, token, confirmed: false, confirmation };
    // Before it is posted: an endpoint may confirm while it is being asked.
    subscriptions.push(subscription);
    subscription.confirmation = await deliver(endpoint, envelope);
    return subscription;
  }

  async function unsubscribe(endpoint: string): Promise<Delivery | undefined> {
    const subscription = subscriptions.find((one) => one.endpoint === endpoint);
    if (subscription === undefined) return undefined;
    subscription.confirmed = false;
    return deliver(endpoint, confirmationOf('UnsubscribeConfirmation', subscription.token));
  }

  function waitForConfirmation(endpoint: string, timeoutMs = 10_000): Promise<void> {
    const isConfirmed = (): boolean => subscriptions.some((one) => one.endpoint === endpoint && one.confirmed);
    if (isConfirmed()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        confirmationWaiters.delete(wake);
        reject(new Error(`the SNS stand-in waited ${timeoutMs} ms for ${endpoint} to visit its SubscribeURL`));
      }, timeoutMs);
      const wake = (): void => {
        if (!isConfirmed()) return;
        clearTimeout(timer);
        confirmationWaiters.delete(wake);
        resolve();
      };
      confirmationWaiters.add(wake);
    });
  }

  async function publishMany(messages: readonly (string | object)[], publishOptions: PublishManyOptions = {}): Promise<Delivery[]> {
    const { endpoint, order = 'given', copies = 1, concurrency = 1 } = publishOptions;
    const endpoints = endpoint === undefined ? subscriptions.filter(({ confirmed }) => confirmed).map((one) => one.endpoint) : [endpoint];
    if (endpoints.length === 0) throw new Error('nobody has confirmed a subscription: the message would go nowhere');
    // Signed when first sent: thousands of signatures in a row would stop this process for seconds before anything left it.
    const signed = new Map<number, SnsEnvelope>();
    const envelopeOf = (index: number): SnsEnvelope => {
      const envelope = signed.get(index) ?? notification(messages[index] ?? '', publishOptions);
      signed.set(index, envelope);
      return envelope;
    };
    const given = [...messages.keys()];
    const ordered = order === 'given' ? given : order === 'reverse' ? given.reverse() : order.filter((index) => index in messages);
    // The whole run and then the whole run again: a repetition right after its original is the easy case.
    const runs = Array.from({ length: copies }, () => ordered).flat();
    const jobs = runs.flatMap((index) => endpoints.map((to) => (): Promise<Delivery> => deliver(to, envelopeOf(index))));
    const results: Delivery[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) results.push(await job());
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    return results;
  }

  async function deliver(endpoint: string, envelope: SnsEnvelope): Promise<Delivery> {
    const delivery: Delivery = { endpoint, envelope, attempts: [], delivered: false };
    deliveries.push(delivery);
    for (let attempt = 0; attempt <= retries; attempt += 1) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, options.retryDelayMs ?? 20));
      const result = await post(endpoint, envelope).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
      delivery.attempts.push(result);
      delivery.delivered = typeof result === 'number' && result >= 200 && result < 300;
      if (delivery.delivered) break;
    }
    return delivery;
  }

  /** By node:http and not by fetch, which adds headers of a browser's that SNS does not send. */
  function post(endpoint: string, envelope: SnsEnvelope): Promise<number> {
    const body = Buffer.from(pretty(envelope));
    const subscriptionArn = subscriptions.find((one) => one.endpoint === endpoint)?.subscriptionArn;
    const headers = {
      'x-amz-sns-message-type': envelope.Type,
      'x-amz-sns-message-id': envelope.MessageId,
      'x-amz-sns-topic-arn': envelope.TopicArn,
      ...(envelope.Type === 'Notification' && subscriptionArn !== undefined ? { 'x-amz-sns-subscription-arn': subscriptionArn } : {}),
      'Content-Length': body.length,
      'Content-Type': 'text/plain; charset=UTF-8',
      'User-Agent': 'Amazon Simple Notification Service Agent',
      'Accept-Encoding': 'gzip,deflate',
    };
    const url = new URL(endpoint);
    return new Promise((resolve, reject) => {
      const settings = { method: 'POST', headers, timeout: options.timeoutMs ?? 15_000 };
      const sent = url.protocol === 'https:' ? httpsRequest(url, settings) : httpRequest(url, { ...settings, agent });
      sent.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
      });
      sent.on('timeout', () => sent.destroy(new Error('timed out')));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const target = new URL(request.url ?? '/', host);
    const certificate = certificates.get(target.pathname);
    if (certificate !== undefined) {
      certificateRequests += 1;
      response.writeHead(200, { 'Content-Type': 'binary/octet-stream' }).end(certificate);
      return;
    }
    if (target.pathname === '/_control/subscriptions' && request.method === 'POST') return void controlSubscribe(request, response);
    const action = target.pathname === '/' ? target.searchParams.get('Action') : null;
    if (action === 'ConfirmSubscription') return confirm(target, response);
    if (action === 'Unsubscribe') {
      const subscription = subscriptions.find((one) => one.subscriptionArn === target.searchParams.get('SubscriptionArn'));
      if (subscription !== undefined) subscription.confirmed = false;
      return xml(response, 200, '<UnsubscribeResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"/>');
    }
    xml(response, 404, '<ErrorResponse><Error><Code>NotFound</Code></Error></ErrorResponse>');
  }

  function confirm(target: URL, response: ServerResponse): void {
    const token = target.searchParams.get('Token');
    const subscription = subscriptions.find((one) => one.token === token);
    if (subscription === undefined || target.searchParams.get('TopicArn') !== topicArn) {
      return xml(
        response,
        400,
        '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid parameter: Token</Message></Error></ErrorResponse>',
      );
    }
    subscription.confirmed = true;
    xml(
      response,
      200,
      `<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ConfirmSubscriptionResult><SubscriptionArn>${subscription.subscriptionArn}</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`,
    );
    for (const wake of confirmationWaiters) wake();
  }

  /** `{"endpoint": "http://…"}`: for a stand-in that runs as a process of its own. */
  async function controlSubscribe(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { endpoint } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { endpoint?: string };
      if (typeof endpoint !== 'string') throw new Error("'endpoint' is missing");
      const { subscriptionArn, confirmed, confirmation } = await subscribe(endpoint);
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ subscription_arn: subscriptionArn, confirmed, attempts: confirmation.attempts }));
    } catch (error) {
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    }
  }
}

const ALGORITHM: Record<SignatureVersion, string> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

const SIGNED: Record<SnsEnvelope['Type'], readonly (keyof SnsEnvelope)[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** `Key\nValue\n`, in this order; what is absent is left out. */
export function stringToSign(envelope: Partial<SnsEnvelope>): string {
  const names = SIGNED[envelope.Type ?? 'Notification'];
  return names.flatMap((name) => (envelope[name] === undefined ? [] : [`${name}\n${envelope[name]}\n`])).join('');
}

/** By node:crypto over the guide's canonical string: the check that needs no network and knows all three types. */
export function verifyEnvelope(envelope: SnsEnvelope, certificatePem: string): boolean {
  const verifier = createVerify(ALGORITHM[envelope.SignatureVersion]);
  verifier.update(stringToSign(envelope), 'utf8');
  return verifier.verify(certificatePem, envelope.Signature, 'base64');
}

/** Event publishing gives its notifications this subject and ends their JSON with a line break; the older feed does neither. */
function dress(message: string | object): { message: string; subject?: string } {
  if (typeof message === 'string') return { message };
  const json = JSON.stringify(message);
  return 'eventType' in message ? { message: `${json}\n`, subject: 'Amazon SES Email Event Notification' } : { message: json };
}

/** SNS's own layout, blanks before the colons included: whoever signs or compares bytes of the body instead of its fields fails. */
function pretty(envelope: SnsEnvelope): string {
  const lines = Object.entries(envelope).map(([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

/** Good from 2020 to 2049: the clock of the platform under test may be moved to anywhere. */
async function newKey(): Promise<SigningKey> {
  const made = await generate([{ name: 'commonName', value: 'sns.amazonaws.com' }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date('2020-01-01T00:00:00Z'),
    notAfterDate: new Date('2049-12-31T00:00:00Z'),
  });
  return { path: `/SimpleNotificationService-${randomBytes(16).toString('hex')}.pem`, privateKey: made.private, certificate: made.cert };
}

function newToken(): string {
  return randomBytes(128).toString('hex');
}

function xml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'text/xml' }).end(body);
}
