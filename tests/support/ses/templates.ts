// SES's inline templates. They look like Handlebars and are less: plain substitution, nothing else ("Template contains unsupported
// operations." for the rest), and what a value holds goes into the HTML as it is, whatever the braces.
import { badRequest } from './errors.ts';

/**
 * `none` is SES: "SES doesn't escape HTML content when rendering the HTML template for a message". `html` is stock Handlebars:
 * `{{x}}` is escaped in the HTML part, `{{{x}}}` is not. A platform that is safe under the one and whole under the other escapes by itself.
 */
export type Escaping = 'none' | 'html';

/** `alphanumeric` is what SES is reported to accept in an inline template (aws-sdk-js-v3 issue 6657: `{{no_reply}}` and `{{a.b}}` refused). */
export type VariableNames = 'alphanumeric' | 'any';

export interface TemplateOptions {
  escaping: Escaping;
  names: VariableNames;
}

export type TemplateData = Record<string, unknown>;

interface Slot {
  name: string;
  escaped: boolean;
}

/** One part, cut once per request so that each of its 50 entries is a join. */
interface Part {
  literals: string[];
  slots: Slot[];
}

export interface Template {
  subject: Part;
  html?: Part;
  text?: Part;
}

export class MissingAttribute extends Error {
  readonly attribute: string;

  constructor(attribute: string) {
    super(`Attribute '${attribute}' is not present in the rendering data.`);
    this.name = 'MissingAttribute';
    this.attribute = attribute;
  }
}

export function compileTemplate(content: { Subject?: string; Html?: string; Text?: string }, options: TemplateOptions): Template {
  const subject = compile(content.Subject ?? '', false, options.names);
  const template: Template = { subject };
  if (content.Html !== undefined) template.html = compile(content.Html, options.escaping === 'html', options.names);
  if (content.Text !== undefined) template.text = compile(content.Text, false, options.names);
  return template;
}

/** Throws `MissingAttribute`. Without `bodies`, the parts are looked through for what is missing and not put together. */
export function renderTemplate(template: Template, data: TemplateData, bodies: boolean): { subject: string; html?: string; text?: string } {
  const rendered: { subject: string; html?: string; text?: string } = { subject: render(template.subject, data) };
  for (const kind of ['html', 'text'] as const) {
    const part = template[kind];
    if (part === undefined) continue;
    if (bodies) rendered[kind] = render(part, data);
    else for (const slot of part.slots) lookUp(data, slot.name);
  }
  return rendered;
}

/**
 * An entry's data over the default data, key by key and into nested objects; arrays are replaced whole. The guide describes a fallback
 * of the whole object; the service merges (measured against it in aws-ses-v2-local, issue 102).
 */
export function mergeTemplateData(base: TemplateData, over: TemplateData): TemplateData {
  const merged: TemplateData = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? mergeTemplateData(below, value) : value;
  }
  return merged;
}

export function parseTemplateData(json: string | undefined): TemplateData {
  if (json === undefined || json === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    parsed = undefined;
  }
  if (!isObject(parsed)) throw badRequest('The template data is invalid');
  return parsed;
}

const TAG = /\{\{\{([^{}]*)\}\}\}|\{\{([^{}]*)\}\}/g;
const NAME: Record<VariableNames, RegExp> = {
  alphanumeric: /^[A-Za-z0-9]+$/,
  any: /^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/,
};

function compile(source: string, escape: boolean, names: VariableNames): Part {
  const literals: string[] = [];
  const slots: Slot[] = [];
  let from = 0;
  for (const tag of source.matchAll(TAG)) {
    const name = (tag[1] ?? tag[2] ?? '').trim();
    if (!NAME[names].test(name)) throw unsupported();
    literals.push(source.slice(from, tag.index));
    slots.push({ name, escaped: escape && tag[1] === undefined });
    from = tag.index + tag[0].length;
  }
  literals.push(source.slice(from));
  if (literals.some((literal) => literal.includes('{{'))) throw unsupported();
  return { literals, slots };
}

function render(part: Part, data: TemplateData): string {
  let out = part.literals[0] ?? '';
  for (const [i, slot] of part.slots.entries()) {
    const value = lookUp(data, slot.name);
    out += (slot.escaped ? escapeHtml(value) : value) + (part.literals[i + 1] ?? '');
  }
  return out;
}

function lookUp(data: TemplateData, name: string): string {
  let value: unknown = data;
  for (const key of name.split('.')) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (value === undefined || value === null) throw new MissingAttribute(name);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
};

function escapeHtml(value: string): string {
  return value.replace(/[&<>"'`=]/g, (char) => ENTITIES[char] ?? char);
}

function unsupported(): Error {
  return badRequest('Template contains unsupported operations.');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
