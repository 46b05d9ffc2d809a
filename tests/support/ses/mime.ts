// Mail as it travels: a raw message taken apart for the mailbox, and the message SES would put on the wire put together. Both by
// libraries that see more mail than this repository does, so that a test's "it parses" means something.
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime, { addressParser } from 'postal-mime';
import type { Address } from 'postal-mime';

import { bareAddress } from './mailbox.ts';
import type { AcceptedMessage, MailHeader } from './mailbox.ts';

export interface ParsedRaw {
  from?: string;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string[];
  subject: string;
  html?: string;
  text?: string;
  headers: MailHeader[];
  /** From `X-SES-MESSAGE-TAGS`, the raw way of giving `EmailTags`. */
  tags: Record<string, string>;
  /** From `X-SES-CONFIGURATION-SET`. */
  configurationSet?: string;
}

export async function parseRaw(raw: Buffer): Promise<ParsedRaw> {
  const email = await PostalMime.parse(raw);
  const headers = email.headers.map(({ originalKey, value }) => ({ name: originalKey, value }));
  const header = (key: string): string | undefined => email.headers.find((one) => one.key === key)?.value;
  const parsed: ParsedRaw = {
    to: written(email.to),
    cc: written(email.cc),
    bcc: written(email.bcc),
    replyTo: written(email.replyTo),
    subject: email.subject ?? '',
    headers,
    tags: parseTagHeader(header('x-ses-message-tags')),
  };
  const from = email.from === undefined ? undefined : written([email.from])[0];
  if (from !== undefined) parsed.from = from;
  if (email.html !== undefined) parsed.html = email.html;
  if (email.text !== undefined) parsed.text = email.text;
  const configurationSet = header('x-ses-configuration-set');
  if (configurationSet !== undefined) parsed.configurationSet = configurationSet;
  return parsed;
}

/**
 * The message a receiver would get, as RFC 5322 bytes. SES writes `Message-ID` and `Date` itself, also over the caller's own, and
 * takes its control headers and `Bcc` out.
 */
export async function toRfc5322(message: AcceptedMessage, region = 'us-east-1'): Promise<Buffer> {
  if (message.bodiesDropped === true) throw new Error(`the bodies of ${message.messageId} were not kept (keepBodies)`);
  const own: MailHeader[] = [
    { name: 'Feedback-ID', value: `::1.${region}.c3RhbmRpbg==:AmazonSES` },
    { name: 'X-SES-Outgoing', value: `${new Date(message.acceptedAt).toISOString().slice(0, 10).replaceAll('-', '.')}-192.0.2.1` },
  ];
  const date = new Date(message.acceptedAt);
  if (message.raw !== undefined) {
    const replaced = [
      { name: 'Date', value: date.toUTCString().replace('GMT', '+0000') },
      { name: 'Message-ID', value: messageIdHeader(message.messageId, region) },
      ...own,
    ];
    return replaceHeaders(message.raw, replaced);
  }
  const custom = message.headers.filter(({ name }) => !OVERWRITTEN.has(name.toLowerCase()));
  const composer = new MailComposer({
    from: message.from,
    to: message.to,
    cc: message.cc,
    replyTo: message.replyTo,
    subject: message.subject,
    ...(message.text === undefined ? {} : { text: message.text }),
    ...(message.html === undefined ? {} : { html: message.html }),
    date,
    messageId: messageIdHeader(message.messageId, region),
    newline: 'windows',
  });
  const node = composer.compile();
  // After From, To and Subject. As they are: they are ASCII by contract, and an encoded-word would break List-Unsubscribe.
  node.addHeader([...custom, ...own].map(({ name, value }) => ({ key: name, value: { prepared: true, foldLines: true, value } })));
  return node.build();
}

/** us-east-1 is the one region whose message ids name no region. */
export function messageIdHeader(messageId: string, region: string): string {
  return `<${messageId}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`;
}

/** `name=value, name=value` */
function parseTagHeader(header: string | undefined): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const pair of (header ?? '').split(',')) {
    const [name, value] = pair.split('=', 2);
    if (name !== undefined && value !== undefined) tags[name.trim()] = value.trim();
  }
  return tags;
}

/** `Name <address>` again, out of the parser's name and address. */
function written(addresses: Address[] | undefined): string[] {
  const flat = (addresses ?? []).flatMap((one) => one.group ?? [one]);
  return flat.map(({ name, address }) =>
    name === '' ? address : `${/^[\w .'-]+$/.test(name) ? name : JSON.stringify(name)} <${address}>`,
  );
}

const OVERWRITTEN: ReadonlySet<string> = new Set(['date', 'message-id']);
const REMOVED = /^(date|message-id|bcc|return-path|x-ses-configuration-set|x-ses-message-tags|x-ses-source-arn|x-ses-from-arn):/i;

/** Works on whole header fields, folded lines included, and leaves every other byte of the message alone. */
function replaceHeaders(raw: Buffer, headers: readonly MailHeader[]): Buffer {
  const text = raw.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  const head = end === null ? text.replace(/\r?\n$/, '') : text.slice(0, end.index);
  const rest = end === null ? '\r\n\r\n' : text.slice(end.index);
  const fields = head.split(/\r?\n(?![ \t])/).filter((field) => !REMOVED.test(field));
  return Buffer.from([...fields, ...headers.map(({ name, value }) => `${name}: ${value}`)].join('\r\n') + rest, 'latin1');
}

/** What SES says is wrong with an address, in its words. */
export function addressProblem(address: string): string | undefined {
  const parsed = addressParser(address, { flatten: true });
  const only = parsed[0];
  if (only === undefined || parsed.length !== 1) return 'Illegal address';
  const bare = bareAddress(address);
  const at = bare.lastIndexOf('@');
  if (at < 1 || at === bare.length - 1) return "Missing final '@domain'";
  if (/[^\x21-\x7e]/.test(bare.slice(0, at))) return 'Local address contains control or whitespace';
  if (!/^([a-z0-9_-]+\.)+[a-z0-9-]+$/.test(bare.slice(at + 1))) return 'Domain contains illegal character';
  return undefined;
}
