// SES's own limits, by its service model and its guide. Each rule answers what is wrong or nothing: a single send turns that into an
// exception, a bulk send into one entry's status.
import type { MailHeader } from './mailbox.ts';
import { addressProblem } from './mime.ts';

export const MAX_BULK_ENTRIES = 50;
export const MAX_RECIPIENTS = 50;
export const MAX_TEMPLATE_DATA = 262_144;
const MAX_HEADERS = 15;

export interface Destination {
  to: string[];
  cc: string[];
  bcc: string[];
}

export function recipients({ to, cc, bcc }: Destination): string[] {
  return [...to, ...cc, ...bcc];
}

export function destinationProblem(destination: Destination): string | undefined {
  const all = recipients(destination);
  if (all.length === 0) return 'Destination is missing: at least one recipient is needed.';
  if (all.length > MAX_RECIPIENTS) return `Recipient count exceeds ${MAX_RECIPIENTS}.`;
  return first(all, addressProblem);
}

export function headersProblem(headers: readonly MailHeader[]): string | undefined {
  if (headers.length > MAX_HEADERS) return `The list of headers can contain no more than ${MAX_HEADERS} headers.`;
  const seen = new Set<string>(WRITTEN_BY_SES);
  return first(headers, ({ name, value }) => {
    if (!/^[!-9;-@A-~]{1,126}$/.test(name)) return `Invalid header name '${name}'.`;
    if (!/^[ -~]{1,995}$/.test(value))
      return `Invalid value of header '${name}': only printable ASCII characters are allowed, 1 to 995 of them.`;
    if (name.length + value.length > 996) return `Header '${name}' is too long.`;
    const key = name.toLowerCase();
    if (seen.has(key)) return `Duplicate header '${name}'.`;
    // Only the names the guide lists as "can't appear more than once" count; a caller's X- header may be repeated.
    if (!key.startsWith('x-')) seen.add(key);
    return undefined;
  });
}

export function tagsProblem(tags: readonly MailHeader[]): string | undefined {
  return first(tags, ({ name, value }) => {
    if (!TAG.test(name)) return `Invalid tag name <${name}>, only alphanumeric ASCII characters, '_', and '-' are allowed.`;
    if (!TAG.test(value)) return `Invalid tag value <${value}>, only alphanumeric ASCII characters, '_', and '-' are allowed.`;
    return undefined;
  });
}

export function subjectProblem(subject: string): string | undefined {
  return /[\r\n]/.test(subject) ? 'Subject contains a line break.' : undefined;
}

const TAG = /^[A-Za-z0-9_-]{1,256}$/;

/** Given by their own members of the request, so that a header of the same name would be the second. */
const WRITTEN_BY_SES = [
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'return-path',
  'sender',
];

function first<T>(items: readonly T[], problem: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
