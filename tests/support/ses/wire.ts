// Reads JSON the way an AWS front door does: null is absent, a member of the wrong type is a SerializationException, and members
// nobody knows are passed over.
import { AwsError, badRequest } from './errors.ts';
import type { MailHeader } from './mailbox.ts';

export type Json = Record<string, unknown>;

export function parseBody(body: Buffer): Json {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'Could not parse the request body as JSON.');
  }
  return asObject(parsed, 'request');
}

export function text(from: Json, name: string): string | undefined {
  const value = from[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, 'string');
}

export function object(from: Json, name: string): Json | undefined {
  const value = from[name] ?? undefined;
  return value === undefined ? undefined : asObject(value, name);
}

export function required(from: Json, name: string): Json {
  const value = object(from, name);
  if (value === undefined) throw absent(name);
  return value;
}

export function objects(from: Json, name: string): Json[] {
  return list(from, name).map((item) => asObject(item, name));
}

export function texts(from: Json, name: string): string[] {
  return list(from, name).map((item) => {
    if (typeof item !== 'string') throw wrongType(name, 'list of strings');
    return item;
  });
}

/** `[{Name, Value}]`, as headers and tags both come. */
export function pairs(from: Json, name: string): MailHeader[] {
  return objects(from, name).map((item) => {
    const pair = { name: text(item, 'Name'), value: text(item, 'Value') };
    if (pair.name === undefined) throw absent(`${name}.Name`);
    if (pair.value === undefined) throw absent(`${name}.Value`);
    return { name: pair.name, value: pair.value };
  });
}

function list(from: Json, name: string): unknown[] {
  const value = from[name] ?? [];
  if (!Array.isArray(value)) throw wrongType(name, 'list');
  return value;
}

function asObject(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(name, 'structure');
  return value as Json;
}

function wrongType(name: string, type: string): AwsError {
  return new AwsError('SerializationException', `'${name}' is not a ${type}.`);
}

function absent(name: string): AwsError {
  return badRequest(`1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`);
}
