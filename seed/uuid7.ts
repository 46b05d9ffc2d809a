import type { Random } from './random.ts';

/** A UUID of version 7 (RFC 9562): 48 bits of milliseconds since 1970, then random bits, here drawn from a repeatable stream. */
export function uuid7(time: number, random: Random): string {
  const ms = Math.trunc(time).toString(16).padStart(12, '0');
  const variant = random.pick(['8', '9', 'a', 'b']);
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(12)}`;
}
