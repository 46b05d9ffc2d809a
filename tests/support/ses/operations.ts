// SendEmail and SendBulkEmail: a request's JSON in, the messages SES would accept and the answer it would give out. Nothing is
// recorded here; that is the server's, which decides by its faults what becomes of an outcome.
import { randomUUID } from 'node:crypto';

import type { BulkEmailStatus } from '@aws-sdk/client-sesv2';

import { AwsError, badRequest } from './errors.ts';
import type { AwsErrorCode } from './errors.ts';
import type { EntryFault, Faults } from './faults.ts';
import { bareAddress } from './mailbox.ts';
import type { AcceptedMessage, MailHeader, RenderingFailure } from './mailbox.ts';
import { parseRaw } from './mime.ts';
import {
  MAX_BULK_ENTRIES,
  MAX_TEMPLATE_DATA,
  destinationProblem,
  headersProblem,
  recipients,
  subjectProblem,
  tagsProblem,
} from './rules.ts';
import type { Destination } from './rules.ts';
import { MissingAttribute, compileTemplate, mergeTemplateData, parseTemplateData, renderTemplate } from './templates.ts';
import type { Template, TemplateData, TemplateOptions } from './templates.ts';
import { object, objects, pairs, parseBody, required, text, texts } from './wire.ts';
import type { Json } from './wire.ts';

export interface Account {
  region: string;
  /** Addresses and domains that may send; any, when not given. */
  verifiedIdentities?: readonly string[];
  /** Configuration sets there are; any, when not given. */
  configurationSets?: readonly string[];
  templates: TemplateOptions;
  /**
   * A variable that is missing from the data: `event` accepts the message, never sends it and leaves a Rendering Failure to be
   * published, as SES does; `status` fails the entry at once.
   */
  renderingFailure: 'event' | 'status';
  /** The guide's limit on a request with an inline template. */
  inlineTemplateLimit: number;
  now: () => number;
  faults: Faults;
  /** False saves putting bodies together that nobody will keep. */
  bodies: boolean;
}

export interface Outcome {
  messages: AcceptedMessage[];
  failures: RenderingFailure[];
  answer: unknown;
}

export type Operation = (body: Buffer, requestId: string, account: Account) => Promise<Outcome>;

export const OPERATIONS: Record<string, Operation> = {
  '/v2/email/outbound-emails': sendEmail,
  '/v2/email/outbound-bulk-emails': sendBulkEmail,
};

/** What is the same for every message of a request. */
interface Envelope {
  operation: AcceptedMessage['operation'];
  requestId: string;
  from: string;
  replyTo: string[];
  configurationSet: string | undefined;
}

type Draft = Destination & { headers: MailHeader[]; tags: Record<string, string> };

async function sendEmail(body: Buffer, requestId: string, account: Account): Promise<Outcome> {
  const request = parseBody(body);
  const content = required(request, 'Content');
  const raw = object(content, 'Raw');
  const message =
    raw === undefined ? singleMessage(request, content, body, requestId, account) : await rawMessage(request, raw, requestId, account);
  const fault = account.faults.entry(recipients(message).map(bareAddress));
  if (fault !== undefined) throw asException(fault);
  const answer = { MessageId: message.messageId };
  return isFailure(message) ? { messages: [], failures: [message], answer } : { messages: [message], failures: [], answer };
}

function singleMessage(
  request: Json,
  content: Json,
  body: Buffer,
  requestId: string,
  account: Account,
): AcceptedMessage | RenderingFailure {
  const simple = object(content, 'Simple');
  const templated = object(content, 'Template');
  const envelope = readEnvelope('SendEmail', request, requestId, account);
  const tags = pairs(request, 'EmailTags');
  const part = simple ?? templated;
  if (part === undefined) throw badRequest('Content must have one of Simple, Raw or Template.');
  const draft: Draft = { ...readDestination(request), headers: pairs(part, 'Headers'), tags: asRecord(tags) };
  refuseIf(destinationProblem(draft) ?? headersProblem(draft.headers) ?? tagsProblem(tags));

  if (simple === undefined) {
    const template = readTemplate(part, body, account);
    return renderDraft(envelope, draft, template, readTemplateData(text(part, 'TemplateData')), account);
  }
  const subject = text(required(simple, 'Subject'), 'Data') ?? '';
  refuseIf(subjectProblem(subject));
  const parts = required(simple, 'Body');
  const html = text(object(parts, 'Html') ?? {}, 'Data');
  const plain = text(object(parts, 'Text') ?? {}, 'Data');
  if (html === undefined && plain === undefined) throw badRequest('Body must have one of Html or Text.');
  return compose(
    envelope,
    draft,
    { subject, ...(html === undefined ? {} : { html }), ...(plain === undefined ? {} : { text: plain }) },
    account,
  );
}

async function rawMessage(request: Json, raw: Json, requestId: string, account: Account): Promise<AcceptedMessage> {
  const bytes = Buffer.from(text(raw, 'Data') ?? '', 'base64');
  if (bytes.length === 0) throw badRequest('Raw.Data must not be empty.');
  const parsed = await parseRaw(bytes);
  const given = readDestination(request);
  const destination = recipients(given).length > 0 ? given : { to: parsed.to, cc: parsed.cc, bcc: parsed.bcc };
  const tags = pairs(request, 'EmailTags');
  refuseIf(destinationProblem(destination) ?? tagsProblem(tags));
  const envelope = readEnvelope(
    'SendEmail',
    { FromEmailAddress: parsed.from, ConfigurationSetName: parsed.configurationSet, ...request },
    requestId,
    account,
  );
  const draft: Draft = { ...destination, headers: parsed.headers, tags: { ...parsed.tags, ...asRecord(tags) } };
  const replyTo = envelope.replyTo.length > 0 ? envelope.replyTo : parsed.replyTo;
  const parts = {
    subject: parsed.subject,
    ...(parsed.html === undefined ? {} : { html: parsed.html }),
    ...(parsed.text === undefined ? {} : { text: parsed.text }),
  };
  return { ...compose({ ...envelope, replyTo }, draft, parts, account), raw: bytes };
}

interface EntryResult {
  Status: BulkEmailStatus;
  Error: string | null;
  MessageId: string | null;
}

async function sendBulkEmail(body: Buffer, requestId: string, account: Account): Promise<Outcome> {
  const request = parseBody(body);
  const entries = objects(request, 'BulkEmailEntries');
  if (entries.length === 0) throw badRequest('BulkEmailEntries must not be empty.');
  if (entries.length > MAX_BULK_ENTRIES) throw badRequest(`The number of bulk email entries exceeds the limit of ${MAX_BULK_ENTRIES}.`);
  const templated = required(required(request, 'DefaultContent'), 'Template');
  const template = readTemplate(templated, body, account);
  const envelope = readEnvelope('SendBulkEmail', request, requestId, account);
  const defaults = {
    headers: pairs(templated, 'Headers'),
    tags: pairs(request, 'DefaultEmailTags'),
    data: readTemplateData(text(templated, 'TemplateData')),
  };
  refuseIf(headersProblem(defaults.headers) ?? tagsProblem(defaults.tags));

  const messages: AcceptedMessage[] = [];
  const failures: RenderingFailure[] = [];
  const results = entries.map((entry): EntryResult => {
    try {
      const message = bulkMessage(entry, envelope, template, defaults, account);
      if (isFailure(message)) failures.push(message);
      else messages.push(message);
      return { Status: 'SUCCESS', Error: null, MessageId: message.messageId };
    } catch (error) {
      if (error instanceof EntryRefused) return { Status: error.status, Error: error.message, MessageId: null };
      throw error;
    }
  });
  return { messages, failures, answer: { BulkEmailEntryResults: results } };
}

interface BulkDefaults {
  headers: MailHeader[];
  tags: MailHeader[];
  data: TemplateData;
}

class EntryRefused extends Error {
  readonly status: EntryFault['status'];

  constructor(status: EntryFault['status'], message: string) {
    super(message);
    this.status = status;
  }
}

function bulkMessage(
  entry: Json,
  envelope: Envelope,
  template: Template,
  defaults: BulkDefaults,
  account: Account,
): AcceptedMessage | RenderingFailure {
  const destination = readDestination(entry);
  const tags = pairs(entry, 'ReplacementTags');
  const headers = replaceHeaders(defaults.headers, pairs(entry, 'ReplacementHeaders'));
  const problem = destinationProblem(destination) ?? tagsProblem(tags) ?? headersProblem(headers);
  if (problem !== undefined) throw new EntryRefused('INVALID_PARAMETER', problem);
  const fault = account.faults.entry(recipients(destination).map(bareAddress));
  if (fault !== undefined) throw new EntryRefused(fault.status, fault.error);

  const replacement = object(object(entry, 'ReplacementEmailContent') ?? {}, 'ReplacementTemplate') ?? {};
  const data = mergeTemplateData(defaults.data, readTemplateData(text(replacement, 'ReplacementTemplateData')));
  const draft: Draft = { ...destination, headers, tags: { ...asRecord(defaults.tags), ...asRecord(tags) } };
  try {
    return renderDraft(envelope, draft, template, data, account);
  } catch (error) {
    if (error instanceof AwsError || error instanceof MissingAttribute) throw new EntryRefused('FAILED', error.message);
    throw error;
  }
}

function renderDraft(
  envelope: Envelope,
  draft: Draft,
  template: Template,
  data: TemplateData,
  account: Account,
): AcceptedMessage | RenderingFailure {
  try {
    const parts = renderTemplate(template, data, account.bodies);
    refuseIf(subjectProblem(parts.subject));
    return compose(envelope, draft, parts, account);
  } catch (error) {
    if (!(error instanceof MissingAttribute)) throw error;
    if (account.renderingFailure === 'status') throw envelope.operation === 'SendEmail' ? badRequest(error.message) : error;
    return { ...compose(envelope, draft, { subject: '' }, account), errorMessage: error.message };
  }
}

function compose(
  envelope: Envelope,
  draft: Draft,
  parts: { subject: string; html?: string; text?: string },
  account: Account,
): AcceptedMessage {
  const { operation, requestId, from, replyTo, configurationSet } = envelope;
  const acceptedAt = account.now();
  return {
    messageId: newMessageId(acceptedAt),
    acceptedAt,
    operation,
    requestId,
    from,
    replyTo,
    ...draft,
    ...parts,
    ...(configurationSet === undefined ? {} : { configurationSet }),
  };
}

function isFailure(message: AcceptedMessage | RenderingFailure): message is RenderingFailure {
  return 'errorMessage' in message;
}

/** As SES makes them: `0100`, the milliseconds since 1970 in hex, a UUID, a counter. */
function newMessageId(ms: number): string {
  return `0100${Math.floor(ms).toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
}

function readEnvelope(operation: Envelope['operation'], request: Json, requestId: string, account: Account): Envelope {
  const from = text(request, 'FromEmailAddress');
  if (from === undefined) throw badRequest("Missing required header 'From'.");
  const { verifiedIdentities, configurationSets, region } = account;
  const address = bareAddress(from);
  if (verifiedIdentities !== undefined && !verifiedIdentities.some((one) => address === one || address.endsWith(`@${one}`))) {
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${from}`,
    );
  }
  const configurationSet = text(request, 'ConfigurationSetName');
  if (configurationSet !== undefined && configurationSets !== undefined && !configurationSets.includes(configurationSet)) {
    throw new AwsError('NotFoundException', `Configuration set <${configurationSet}> does not exist.`);
  }
  return { operation, requestId, from, replyTo: texts(request, 'ReplyToAddresses'), configurationSet };
}

function readDestination(request: Json): Destination {
  const destination = object(request, 'Destination') ?? {};
  return { to: texts(destination, 'ToAddresses'), cc: texts(destination, 'CcAddresses'), bcc: texts(destination, 'BccAddresses') };
}

function readTemplate(template: Json, body: Buffer, account: Account): Template {
  const content = object(template, 'TemplateContent');
  if (content === undefined) {
    const name = text(template, 'TemplateName') ?? text(template, 'TemplateArn');
    if (name === undefined) throw badRequest('Template must have one of TemplateName, TemplateArn or TemplateContent.');
    // Stored templates are not what the platform uses, and a stand-in that pretended would hide that.
    throw new AwsError('NotFoundException', `Template ${name} does not exist.`);
  }
  if (body.length > account.inlineTemplateLimit)
    throw badRequest(`A request with an inline template can be up to ${account.inlineTemplateLimit} bytes.`);
  const parts: { Subject?: string; Html?: string; Text?: string } = {};
  for (const name of ['Subject', 'Html', 'Text'] as const) {
    const value = text(content, name);
    if (value !== undefined) parts[name] = value;
  }
  if (parts.Html === undefined && parts.Text === undefined) throw badRequest('TemplateContent must have one of Html or Text.');
  return compileTemplate(parts, account.templates);
}

function readTemplateData(json: string | undefined): TemplateData {
  if (json !== undefined && json.length > MAX_TEMPLATE_DATA)
    throw badRequest(`Template data can have up to ${MAX_TEMPLATE_DATA} characters.`);
  return parseTemplateData(json);
}

/** An entry's header takes the place of the template's header of the same name; the others are added. */
function replaceHeaders(base: readonly MailHeader[], over: readonly MailHeader[]): MailHeader[] {
  const replaced = new Set(over.map(({ name }) => name.toLowerCase()));
  return [...base.filter(({ name }) => !replaced.has(name.toLowerCase())), ...over];
}

function asRecord(tags: readonly MailHeader[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ name, value }) => [name, value]));
}

function refuseIf(problem: string | undefined): void {
  if (problem !== undefined) throw badRequest(problem);
}

/** A single send has no statuses: each has an exception that says the same. */
function asException({ status, error }: EntryFault): AwsError {
  const codes: Record<EntryFault['status'], AwsErrorCode> = {
    ACCOUNT_DAILY_QUOTA_EXCEEDED: 'LimitExceededException',
    ACCOUNT_SENDING_PAUSED: 'SendingPausedException',
    ACCOUNT_SUSPENDED: 'AccountSuspendedException',
    ACCOUNT_THROTTLED: 'TooManyRequestsException',
    CONFIGURATION_SET_NOT_FOUND: 'NotFoundException',
    CONFIGURATION_SET_SENDING_PAUSED: 'SendingPausedException',
    FAILED: 'InternalFailure',
    INVALID_PARAMETER: 'BadRequestException',
    INVALID_SENDING_POOL_NAME: 'BadRequestException',
    MAIL_FROM_DOMAIN_NOT_VERIFIED: 'MailFromDomainNotVerifiedException',
    MESSAGE_REJECTED: 'MessageRejected',
    TEMPLATE_NOT_FOUND: 'NotFoundException',
    TRANSIENT_FAILURE: 'ServiceUnavailable',
  };
  return new AwsError(codes[status], error);
}
