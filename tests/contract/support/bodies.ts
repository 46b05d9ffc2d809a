// Bodies that nobody should send: what is no JSON, what is JSON of another shape, and the example with something in it
// changed. The same seed makes the same ones.
import { Buffer } from 'node:buffer';

import fc from 'fast-check';

import type { Contract, Operation, Schema } from './contract.ts';

/** What is no JSON at all, or not as large as a body may be: these are refused before anything is read in them. */
export const UNREADABLE: readonly [what: string, body: string | Uint8Array, statuses: number[]][] = [
  ['nothing', '', [400]],
  ['half of it', '{', [400]],
  ['something after it', '{} {}', [400, 422]],
  ['HTML', '<h1>Hello</h1>', [400]],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), [400]],
  ['a text cut in a character', Buffer.from([0x7b, 0x22, 0xc3]), [400]],
  ['zero bytes', '\0\0\0\0', [400]],
  ['zero bytes after it', '{}\0', [400, 422]],
  ['half a surrogate', '{"\\ud800": "\\udfff"}', [400, 422]],
  ['lists in lists', '['.repeat(100_000), [400, 422]],
  ['objects in objects', '{"a":'.repeat(50_000), [400, 422]],
  ['closed lists in lists', '['.repeat(5_000) + ']'.repeat(5_000), [400, 422]],
  ['numbers beyond all numbers', '{"a": 1e999999}', [400, 422]],
  ['a form', 'name=Hello&color=red', [400]],
  ['as much as a body may be', 'x'.repeat(1_000_000), [400]],
  // By no more than this, because the runtime ends a connection on which more is left than it reads.
  ['more than a body may be', 'x'.repeat(1_000_001), [413]],
];

/** JSON, but no object. */
const NO_OBJECT = fc.oneof(fc.constantFrom(null, true, false, 0, -1, 1.5, '', 'text', [], [null], [[]], [{}]), fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }));

const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', ' ', '\u0000', 'a\u0000b', '\u0007\u001b[31m', '\r\nBcc: all@example.com', '‮evil', "' OR 1=1 --", '<script>alert(1)</script>', '{{ 7 * 7 }}', '{% for a in range(9) %}', '../../etc/passwd', 'null', '\ud83d\ude00', '\ufeff'),
  fc.constantFrom(1_000, 100_000, 900_000).map((length) => 'x'.repeat(length)),
);

const NUMBER = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, -1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 2 ** 63, -(2 ** 63) - 2048, 5e-324));

const VALUE = fc.oneof(
  { weight: 4, arbitrary: TEXT },
  { weight: 2, arbitrary: NUMBER },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [null], { a: null }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(10, 120, 1_000).map((depth) => nested(depth)) },
  { weight: 1, arbitrary: fc.array(TEXT, { maxLength: 30 }) },
);

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

/** A body for this operation, near to an example that works or far from it. */
export function bodies(contract: Contract, { body }: Operation, example: unknown): fc.Arbitrary<unknown> {
  const base = (example ?? {}) as Record<string, unknown>;
  const schema = contract.resolve(body as Schema);
  const fields = [...new Set([...Object.keys((schema['properties'] ?? {}) as object), ...Object.keys(base)])];
  const changed = fields.length === 0 ? fc.constant({}) : fc.tuple(fc.constantFrom(...fields), VALUE).map(([field, value]) => ({ ...base, [field]: value }));
  const many = fc.record(Object.fromEntries(fields.map((field) => [field, VALUE])), { requiredKeys: [] });
  const inside = fc.tuple(fc.nat(), VALUE).map(([which, value]) => replaced(base, which, value));
  const lacking = fields.length === 0 ? fc.constant({}) : fc.constantFrom(...fields).map((field) => Object.fromEntries(Object.entries(base).filter(([name]) => name !== field)));
  const unknown = fc.tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), VALUE).map(([name, value]) => ({ ...base, [name]: value }));
  return fc.oneof({ weight: 2, arbitrary: NO_OBJECT }, { weight: 4, arbitrary: changed }, { weight: 3, arbitrary: many }, { weight: 3, arbitrary: inside }, { weight: 1, arbitrary: lacking }, { weight: 2, arbitrary: unknown });
}

/** The body with one of the values in it, however deep, replaced by another. */
function replaced(body: unknown, which: number, value: unknown): unknown {
  const copy = structuredClone(body);
  const places: (() => void)[] = [];
  const walk = (at: any): void => {
    if (typeof at !== 'object' || at === null) return;
    for (const key of Object.keys(at)) {
      places.push(() => (at[key] = value));
      walk(at[key]);
    }
  };
  walk(copy);
  places[which % places.length]?.();
  return copy;
}

/** What may stand where an id, a filter, a cursor or a number is expected. */
export const WORDS = fc.oneof(
  fc.constantFrom('0', '-1', '1.5', '999999999999999999999', 'null', 'undefined', 'true', "' OR 1=1 --", '%', '%00', '..', 'a\u0000b', '*', '[]', '{}', '01900000-0000-7000-8000-0000000000aa', '01900000-0000-7000-8000-0000000000AA', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'é', '\ud83d\ude00', 'x'.repeat(3_000)),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }),
  fc.base64String({ minLength: 4, maxLength: 60 }),
  fc.uuid(),
);
