// The contract as the Worker serves it: its operations, and whether a body is what the contract says it is.
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

import type { Platform } from '../../support/platform.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: Schema;
}

export type Schema = Record<string, any>;

export interface Operation {
  id: string;
  method: string;
  /** As in `/api/v1/tags/{id}`. */
  path: string;
  parameters: Parameter[];
  /** Whether anybody may call it. */
  isPublic: boolean;
  /** The permission it asks for. */
  permission: string | null;
  /** The schema of its JSON body. */
  body: Schema | undefined;
  example: unknown;
  statuses: number[];
  /** Whether it answers with pages. */
  isList: boolean;
}

/** What is wrong with a body; nothing when all is well. */
export type Complaint = string | undefined;

export interface Contract {
  operations: Operation[];
  /** Holds an answer to what is declared for its status. */
  answer(operation: Operation, status: number, contentType: string | null, body: unknown): Complaint;
  /** Holds an answer's headers to those that are declared for its status. */
  headers(operation: Operation, status: number, headers: Headers): Complaint;
  /** Holds a request's body to what is declared. */
  request(operation: Operation, body: unknown): Complaint;
  /** The schema behind a reference, and what is beside it. */
  resolve(schema: Schema): Schema;
}

/** Headers that are declared and may be absent, and when. */
const SOMETIMES: Record<string, (headers: Headers) => boolean> = {
  // Only the first answer is of a version.
  ETag: (headers) => headers.has('idempotent-replayed'),
  'Idempotent-Replayed': () => true,
  // Too many wrong passwords are no limit that is counted.
  RateLimit: () => true,
  'X-Next-Cursor': () => true,
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const ID = 'contract';

export async function readContract(platform: Platform): Promise<Contract> {
  const response = await platform.fetch('/api/v1/openapi.json');
  if (response.status !== 200) throw new Error(`the contract answered ${response.status}`);
  return contractOf((await response.json()) as Schema);
}

export function contractOf(document: Schema): Contract {
  const at = (reference: string): Schema =>
    reference.slice(2).split('/').reduce((place: Schema, name) => place[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  const resolve = (schema: Schema): Schema => {
    if (!schema['$ref']) return schema;
    const { $ref, ...beside } = schema;
    return { ...resolve(at($ref)), ...beside };
  };
  const operations = Object.entries(document['paths'] as Record<string, Schema>).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method): Operation => {
      const declared: Schema = item[method];
      const content = declared['requestBody']?.content['application/json'];
      return {
        id: declared['operationId'],
        method: method.toUpperCase(),
        path,
        parameters: (declared['parameters'] ?? []).map(resolve),
        isPublic: declared['security']?.length === 0,
        permission: declared['x-permission'] ?? null,
        body: content?.schema,
        example: content?.example,
        statuses: Object.keys(declared['responses']).map(Number),
        isList: Boolean(declared['responses']['200']?.content?.['application/json']?.schema?.properties?.meta),
      };
    }),
  );

  const responseOf = ({ path, method }: Operation, status: number): { response: Schema; place: string[] } => {
    const place = ['paths', path, method.toLowerCase(), 'responses', String(status)];
    const response: Schema = place.reduce((found: Schema, name) => found[name], document);
    return response['$ref'] ? { response: at(response['$ref']), place: response['$ref'].slice(2).split('/') } : { response, place };
  };
  const known = Object.keys(document['components'].headers);

  const requests = validator(document);
  const answers = validator(closed(document));
  const compiled = new Map<string, ValidateFunction>();
  const check = (ajv: Ajv2020, kind: string, place: string, body: unknown): Complaint => {
    let validate = compiled.get(kind + place);
    if (!validate) compiled.set(kind + place, (validate = ajv.compile({ $ref: `${ID}#${place.split('/').map(encodeURIComponent).join('/')}` })));
    return validate(body) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'body' });
  };
  const pointer = (...names: string[]): string => names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

  return {
    operations,
    resolve,
    request: ({ path, method }, body) => check(requests, 'request', pointer('paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'), body),
    headers(operation, status, headers) {
      const declared = Object.keys(responseOf(operation, status).response['headers'] ?? {});
      const isAnswered = (name: string) => headers.has(name) || SOMETIMES[name]?.(headers);
      const lacking = declared.filter((name) => !isAnswered(name));
      const undeclared = known.filter((name) => headers.has(name) && !declared.includes(name));
      const problems = [...lacking.map((name) => `${name} is declared for ${status} and not there`), ...undeclared.map((name) => `${name} is not declared for ${status}`)];
      return problems.length > 0 ? problems.join('; ') : undefined;
    },
    answer(operation, status, contentType, body) {
      if (!operation.statuses.includes(status)) return `${status} is not declared`;
      const { response, place } = responseOf(operation, status);
      const kinds = Object.keys(response['content'] ?? {});
      const kind = contentType?.split(';')[0] ?? '';
      if (kinds.length === 0) return body === '' ? undefined : `${status} is declared without a body`;
      if (!kinds.includes(kind)) return `${status} is declared as ${kinds.join(' or ')}, not as ${kind || 'nothing'}`;
      return kind.endsWith('json') ? check(answers, 'answer', pointer(...place, 'content', kind, 'schema'), body) : undefined;
    },
  };
}

function validator(document: Schema): Ajv2020 {
  // Not strict: a contract has words of its own beside its schemas.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('uint32', { type: 'number', validate: (value: number) => Number.isInteger(value) && value >= 0 });
  ajv.addFormat('uint64', { type: 'number', validate: (value: number) => Number.isInteger(value) && value >= 0 });
  ajv.addFormat('uint', { type: 'number', validate: (value: number) => Number.isInteger(value) && value >= 0 });
  ajv.addSchema(document, ID);
  return ajv;
}

/** The same document, in which an answer may have no field that is not declared: else a contract could keep things to itself. */
function closed(document: Schema): Schema {
  const close = (value: any, isPart: boolean): any => {
    if (Array.isArray(value)) return value.map((item) => close(item, isPart));
    if (typeof value !== 'object' || value === null) return value;
    const copy: Schema = {};
    for (const [name, inner] of Object.entries(value)) copy[name] = close(inner, name === 'allOf' || (isPart && name !== 'items'));
    const isObject = copy['properties'] && typeof copy['properties'] === 'object' && copy['type'] === 'object';
    if (isObject && !isPart && copy['additionalProperties'] === undefined) copy['additionalProperties'] = false;
    return copy;
  };
  const copy = close(document, false);
  // A part of every failure's schema, and so open.
  delete copy.components?.schemas?.Failure?.additionalProperties;
  return copy;
}
