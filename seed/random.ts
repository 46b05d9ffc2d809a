import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Choices with their relative weights, e.g. `[['prospect', 62], ['lead', 14]]`. */
export type Weighted<T> = readonly (readonly [choice: T, weight: number])[];

/**
 * A stream of random choices that is the same on every run.
 *
 * Every thing the seed makes (a community, a business, a person) draws from a stream of its own, named by what the thing
 * is. So asking for more communities or more people adds rows and leaves the earlier ones as they were.
 */
export class Random {
  readonly #generator;

  constructor(seed: number, ...name: readonly (string | number)[]) {
    const hash = createHash('sha256').update([seed, ...name].join('\u0000')).digest();
    this.#generator = xoroshiro128plus(hash.readInt32BE(0));
    // The second word of the hash decides where in the sequence we start: 32 bits of seed alone collide at 100,000 streams.
    for (let skip = hash.readUInt8(4); skip > 0; skip--) this.#generator.next();
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return uniformInt(this.#generator, low, high);
  }

  /** True in `percent` of a hundred cases. */
  percent(percent: number): boolean {
    return this.int(0, 9_999) < percent * 100;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.int(0, choices.length - 1)];
    if (choice === undefined) throw new Error('nothing to pick from');
    return choice;
  }

  weighted<T>(choices: Weighted<T>): T {
    let left = this.int(0, choices.reduce((sum, [, weight]) => sum + weight, 0) - 1);
    for (const [choice, weight] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    throw new Error('nothing to pick from');
  }

  /** All the values in a random order (Fisher–Yates), the original untouched. */
  shuffled<T>(values: readonly T[]): T[] {
    const keyed = values.map((value) => ({ value, key: this.int(0, 0x7fffffff) }));
    return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
  }

  /** `count` lower-case hexadecimal digits. */
  hex(count: number): string {
    let digits = '';
    while (digits.length < count) digits += this.int(0, 0xffffff).toString(16).padStart(6, '0');
    return digits.slice(0, count);
  }
}
