// What SES publishes about a message, field for field as in the guide's "Examples of event data that Amazon SES publishes to Amazon
// SNS". Each is built from a message in the mailbox, so that its ids, tags and headers are those of something really sent.
import { bareAddress, headerValue } from './mailbox.ts';
import type { AcceptedMessage, MailHeader } from './mailbox.ts';
import { messageIdHeader } from './mime.ts';

/**
 * The two feeds. `eventType`: event publishing, by a configuration set. `notificationType`: the older feedback of an identity, which
 * carries no tags, so that a message can be found by its message id alone.
 */
export type Spelling = 'eventType' | 'notificationType';

export type EventName =
  'Bounce' | 'Click' | 'Complaint' | 'Delivery' | 'DeliveryDelay' | 'Open' | 'Reject' | 'Rendering Failure' | 'Send' | 'Subscription';

export interface EventOptions {
  spelling?: Spelling;
  /** When it happened, in milliseconds since 1970; default now. */
  at?: number;
  /** Default: all the message went to. */
  recipients?: readonly string[];
}

export interface SesEvent {
  eventType?: EventName;
  notificationType?: EventName;
  mail: SesMail;
  [detail: string]: unknown;
}

export interface SesMail {
  timestamp: string;
  source: string;
  sourceArn: string;
  sourceIp?: string;
  callerIdentity?: string;
  sendingAccountId: string;
  messageId: string;
  destination: string[];
  headersTruncated: boolean;
  headers?: MailHeader[];
  commonHeaders?: { from: string[]; replyTo?: string[]; date: string; to: string[]; messageId: string; subject: string };
  tags?: Record<string, string[]>;
}

export interface BounceOptions extends EventOptions {
  bounceType?: 'Permanent' | 'Transient' | 'Undetermined';
  bounceSubType?: string;
  status?: string;
  diagnosticCode?: string;
}

/** Default: Permanent/General, nobody there. */
export function bounceEvent(message: AcceptedMessage, options: BounceOptions = {}): SesEvent {
  const bounceType = options.bounceType ?? 'Permanent';
  const usual =
    bounceType === 'Permanent'
      ? { status: '5.1.1', said: 'smtp; 550 5.1.1 user unknown' }
      : { status: '4.2.2', said: 'smtp; 452 4.2.2 mailbox full' };
  return event('Bounce', message, options, {
    bounce: {
      feedbackId: feedbackId(options),
      bounceType,
      bounceSubType: options.bounceSubType ?? (bounceType === 'Undetermined' ? 'Undetermined' : 'General'),
      bouncedRecipients: whom(message, options).map((emailAddress) => ({
        emailAddress,
        action: 'failed',
        status: options.status ?? usual.status,
        diagnosticCode: options.diagnosticCode ?? usual.said,
      })),
      timestamp: when(options),
      remoteMtaIp: '192.0.2.25',
      reportingMTA: 'dns; a1-2.smtp-out.amazonses.com',
    },
  });
}

export interface ComplaintOptions extends EventOptions {
  complaintFeedbackType?: 'abuse' | 'auth-failure' | 'fraud' | 'not-spam' | 'other' | 'virus';
  /** `OnAccountSuppressionList`: accepted, and not sent because of the account's own list. */
  complaintSubType?: string | null;
}

export function complaintEvent(message: AcceptedMessage, options: ComplaintOptions = {}): SesEvent {
  return event('Complaint', message, options, {
    complaint: {
      feedbackId: feedbackId(options),
      complaintSubType: options.complaintSubType ?? null,
      complainedRecipients: whom(message, options).map((emailAddress) => ({ emailAddress })),
      timestamp: when(options),
      userAgent: 'Amazon SES Mailbox Simulator',
      complaintFeedbackType: options.complaintFeedbackType ?? 'abuse',
      arrivalDate: when(options),
    },
  });
}

export function deliveryEvent(message: AcceptedMessage, options: EventOptions = {}): SesEvent {
  return event('Delivery', message, options, {
    delivery: {
      timestamp: when(options),
      processingTimeMillis: Math.max(0, (options.at ?? Date.now()) - message.acceptedAt),
      recipients: whom(message, options),
      smtpResponse: '250 2.6.0 Message received',
      remoteMtaIp: '192.0.2.25',
      reportingMTA: 'a1-2.smtp-out.amazonses.com',
    },
  });
}

export function sendEvent(message: AcceptedMessage, options: EventOptions = {}): SesEvent {
  return event('Send', message, options, { send: {} });
}

export function rejectEvent(message: AcceptedMessage, options: EventOptions & { reason?: string } = {}): SesEvent {
  return event('Reject', message, options, { reject: { reason: options.reason ?? 'Bad content' } });
}

export interface DeliveryDelayOptions extends EventOptions {
  delayType?:
    | 'General'
    | 'InternalFailure'
    | 'IPFailure'
    | 'MailboxFull'
    | 'RecipientServerError'
    | 'SpamDetected'
    | 'TransientCommunicationFailure'
    | 'Undetermined';
}

export function deliveryDelayEvent(message: AcceptedMessage, options: DeliveryDelayOptions = {}): SesEvent {
  return event('DeliveryDelay', message, options, {
    deliveryDelay: {
      timestamp: when(options),
      delayType: options.delayType ?? 'TransientCommunicationFailure',
      expirationTime: when(options, 14 * 60 * 60 * 1000),
      delayedRecipients: whom(message, options).map((emailAddress) => ({
        emailAddress,
        status: '4.4.1',
        diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host',
      })),
    },
  });
}

export interface OpenOptions extends EventOptions {
  ipAddress?: string;
  userAgent?: string;
}

export function openEvent(message: AcceptedMessage, options: OpenOptions = {}): SesEvent {
  return event('Open', message, options, { open: reader(options) });
}

export interface ClickOptions extends OpenOptions {
  link: string;
  linkTags?: Record<string, string[]> | null;
}

export function clickEvent(message: AcceptedMessage, options: ClickOptions): SesEvent {
  return event('Click', message, options, { click: { ...reader(options), link: options.link, linkTags: options.linkTags ?? null } });
}

/** The one sign of a message that was accepted, given an id, and never sent. */
export function renderingFailureEvent(
  message: AcceptedMessage,
  options: EventOptions & { errorMessage?: string; templateName?: string } = {},
): SesEvent {
  const known = 'errorMessage' in message && typeof message.errorMessage === 'string' ? message.errorMessage : undefined;
  return event('Rendering Failure', message, options, {
    failure: {
      errorMessage: options.errorMessage ?? known ?? "Attribute 'attributeName' is not present in the rendering data.",
      templateName: options.templateName ?? '',
    },
  });
}

/** Someone unsubscribed by SES's own list management. */
export function subscriptionEvent(message: AcceptedMessage, options: EventOptions & { contactList?: string } = {}): SesEvent {
  const topics = (status: string): object => ({ unsubscribeAll: status === 'OptOut', topicSubscriptionStatus: [] });
  return event('Subscription', message, options, {
    subscription: {
      contactList: options.contactList ?? 'ContactList',
      timestamp: when(options),
      source: 'UnsubscribeHeader',
      newTopicPreferences: topics('OptOut'),
      oldTopicPreferences: topics('OptIn'),
    },
  });
}

/** What SES publishes, as plain text and not as JSON, when a topic becomes an event destination. */
export const TOPIC_VALIDATED = 'Successfully validated SNS topic for Amazon SES event publishing.';

/** What the older feed publishes when a topic is set on an identity. */
export function topicSubscribed(topicArn: string, identity: string, notification: 'Bounce' | 'Complaint' | 'Delivery'): object {
  return {
    notificationType: 'AmazonSnsSubscriptionSucceeded',
    message: `You have successfully subscribed your Amazon SNS topic '${topicArn}' to receive '${notification}' notifications from Amazon SES for identity '${identity}'.`,
  };
}

/** By name, for the control endpoint and for tables of tests. `options` is the named function's. */
export function buildEvent(name: EventName, message: AcceptedMessage, options: Record<string, unknown> = {}): SesEvent {
  switch (name) {
    case 'Bounce':
      return bounceEvent(message, options);
    case 'Click':
      return clickEvent(message, { link: 'https://example.com/', ...options });
    case 'Complaint':
      return complaintEvent(message, options);
    case 'Delivery':
      return deliveryEvent(message, options);
    case 'DeliveryDelay':
      return deliveryDelayEvent(message, options);
    case 'Open':
      return openEvent(message, options);
    case 'Reject':
      return rejectEvent(message, options);
    case 'Rendering Failure':
      return renderingFailureEvent(message, options);
    case 'Send':
      return sendEvent(message, options);
    case 'Subscription':
      return subscriptionEvent(message, options);
    default:
      throw new Error(`SES has no event '${String(name)}'`);
  }
}

const ACCOUNT_ID = '123456789012';
const REGION = 'us-east-1';

/** The guide's examples of these two come without headers: whoever looks for a header there has to find none. */
const WITHOUT_HEADERS: ReadonlySet<EventName> = new Set<EventName>(['DeliveryDelay', 'Rendering Failure']);

function event(name: EventName, message: AcceptedMessage, options: EventOptions, detail: Record<string, unknown>): SesEvent {
  const spelling = options.spelling ?? 'eventType';
  return { [spelling]: name, mail: mailOf(message, spelling, !WITHOUT_HEADERS.has(name)), ...detail };
}

function mailOf(message: AcceptedMessage, spelling: Spelling, withHeaders: boolean): SesMail {
  const domain = bareAddress(message.from).split('@')[1] ?? '';
  const mail: SesMail = {
    timestamp: new Date(message.acceptedAt).toISOString(),
    source: message.from,
    sourceArn: `arn:aws:ses:${REGION}:${ACCOUNT_ID}:identity/${domain}`,
    sendingAccountId: ACCOUNT_ID,
    messageId: message.messageId,
    destination: destinations(message),
    headersTruncated: false,
  };
  if (withHeaders) {
    const date = new Date(message.acceptedAt).toUTCString().replace('GMT', '+0000');
    const replyTo = message.replyTo.length > 0 ? message.replyTo : undefined;
    mail.headers = allHeaders(message, date);
    mail.commonHeaders = {
      from: [message.from],
      ...(replyTo === undefined ? {} : { replyTo }),
      date,
      to: message.to,
      messageId: message.messageId,
      subject: message.subject,
    };
  }
  if (spelling === 'notificationType') return { ...mail, sourceIp: '192.0.2.1', callerIdentity: 'ses_user' };
  mail.tags = {
    'ses:operation': [message.operation],
    ...(message.configurationSet === undefined ? {} : { 'ses:configuration-set': [message.configurationSet] }),
    'ses:source-ip': ['192.0.2.1'],
    'ses:from-domain': [domain],
    'ses:caller-identity': ['ses_user'],
    ...Object.fromEntries(Object.entries(message.tags).map(([name, value]) => [name, [value]])),
  };
  return mail;
}

/** A raw message brings its headers with it; for the others SES writes the usual ones. */
function allHeaders(message: AcceptedMessage, date: string): MailHeader[] {
  if (headerValue(message, 'From') !== undefined) return message.headers;
  return [
    { name: 'Date', value: date },
    { name: 'From', value: message.from },
    ...(message.replyTo.length > 0 ? [{ name: 'Reply-To', value: message.replyTo.join(', ') }] : []),
    { name: 'To', value: message.to.join(', ') },
    { name: 'Message-ID', value: messageIdHeader(message.messageId, REGION) },
    { name: 'Subject', value: message.subject },
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: 'multipart/alternative; boundary="----=_Part_0_1.1"' },
    ...message.headers,
  ];
}

function destinations({ to, cc, bcc }: AcceptedMessage): string[] {
  return [...to, ...cc, ...bcc];
}

function whom(message: AcceptedMessage, options: EventOptions): string[] {
  return (options.recipients ?? destinations(message)).map(bareAddress);
}

function when(options: EventOptions, later = 0): string {
  return new Date((options.at ?? Date.now()) + later).toISOString();
}

function feedbackId(options: EventOptions): string {
  return `0100${(options.at ?? Date.now()).toString(16).padStart(12, '0')}-${crypto.randomUUID()}-000000`;
}

function reader(options: OpenOptions): Record<string, unknown> {
  return {
    ipAddress: options.ipAddress ?? '192.0.2.44',
    timestamp: when(options),
    userAgent:
      options.userAgent ?? 'Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_3 like Mac OS X) AppleWebKit/603.3.8 (KHTML, like Gecko) Mobile/14G60',
  };
}
