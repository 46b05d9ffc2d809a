// `/_control`: what a test in another process asks and tells the stand-in. Unsigned, on 127.0.0.1 only.
import type { ServerResponse } from 'node:http';

import { buildEvent } from './events.ts';
import type { EventName } from './events.ts';
import type { FaultSettings } from './faults.ts';
import type { AcceptedMessage } from './mailbox.ts';
import { toRfc5322 } from './mime.ts';
import type { SesStandIn } from './server.ts';
import type { PublishOptions, SnsStandIn } from './sns.ts';

export const CONTROL_PREFIX = '/_control/';

export interface ControlRequest {
  method: string;
  target: URL;
  body: Buffer;
}

type Sns = Pick<SnsStandIn, 'publish'>;

export async function answerControl(
  request: ControlRequest,
  response: ServerResponse,
  ses: SesStandIn,
  sns: Sns | undefined,
): Promise<void> {
  try {
    const eml = /^\/_control\/messages\/(.+)\.eml$/.exec(request.target.pathname)?.[1];
    if (request.method === 'GET' && eml !== undefined) {
      const message = ses.mailbox.byId(eml);
      if (message === undefined) return reply(response, 404, { error: `there is no message ${eml}` });
      response.writeHead(200, { 'Content-Type': 'message/rfc822' }).end(await toRfc5322(message, ses.region));
      return;
    }
    const route = ROUTES[`${request.method} ${request.target.pathname.slice(CONTROL_PREFIX.length)}`];
    if (route === undefined)
      return reply(response, 404, { error: `there is no ${request.method} ${request.target.pathname}`, routes: Object.keys(ROUTES) });
    reply(response, 200, await route(request, ses, sns));
  } catch (error) {
    reply(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

type Route = (request: ControlRequest, ses: SesStandIn, sns: Sns | undefined) => unknown;

const ROUTES: Record<string, Route> = {
  'GET messages': ({ target }, { mailbox }) => {
    const { to, tag, limit } = Object.fromEntries(target.searchParams);
    let found = to === undefined ? mailbox.all() : mailbox.byRecipient(to);
    if (tag !== undefined) {
      const [name = '', value = ''] = tag.split(':', 2);
      found = found.filter((message) => message.tags[name] === value);
    }
    return { count: found.length, messages: found.slice(-Number(limit ?? 100)).map(asJson) };
  },
  'DELETE messages': (_request, { mailbox }) => {
    const deleted = mailbox.count;
    mailbox.clear();
    return { deleted };
  },
  'GET summary': ({ target }, { mailbox, stats, faults, signaturesChecked }) => {
    const tag = target.searchParams.get('tag') ?? 'send_id';
    const duplicates = mailbox.duplicates(tag);
    return {
      accepted: mailbox.count,
      requests: stats.requests,
      by_status: stats.byStatus,
      by_error: stats.byError,
      signatures_checked: signaturesChecked,
      rendering_failures: mailbox.renderingFailures().length,
      hanging: faults.hanging,
      tag,
      duplicates: duplicates.length,
      // Enough to look into; with thousands the number says it all.
      duplicate_values: duplicates.slice(0, 100).map(({ key, messages }) => ({ value: key, messages: messages.length })),
    };
  },
  'GET faults': (_request, { faults }) => faults.current,
  'PUT faults': ({ body }, { faults }) => {
    faults.set(json(body) as FaultSettings);
    return faults.current;
  },
  'DELETE faults': (_request, { faults }) => {
    faults.clear();
    return faults.current;
  },
  'POST release': (_request, { faults }) => ({ released: faults.release() }),
  /** `{event, message_id | to, options?, copies?, endpoint?, signatureVersion?}` */
  'POST events': async ({ body }, { mailbox }, sns) => {
    if (sns === undefined) throw new Error('this stand-in was started without an SNS topic');
    const { event, message_id: id, to, options, ...publish } = json(body) as EventOrder;
    const message = id === undefined ? mailbox.byRecipient(to ?? '').at(-1) : mailbox.byId(id);
    if (message === undefined) throw new Error('there is no such message: give message_id or to');
    const built = buildEvent(event, message, options);
    return {
      event: built,
      deliveries: (await sns.publish(built, publish)).map(({ endpoint, attempts, delivered }) => ({ endpoint, attempts, delivered })),
    };
  },
};

interface EventOrder extends PublishOptions {
  event: EventName;
  message_id?: string;
  to?: string;
  options?: Record<string, unknown>;
}

function json(body: Buffer): object {
  const parsed: unknown = JSON.parse(body.toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error('a JSON object is expected');
  return parsed;
}

function asJson({ raw, ...message }: AcceptedMessage): object {
  return raw === undefined ? message : { ...message, raw: raw.toString('base64') };
}

function reply(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
}
