// Ranges of addresses as in `203.0.113.0/24`: only as much as it takes to warn somebody. The API decides.

interface Bits {
  value: bigint;
  width: 32 | 128;
}

function bitsOfV4(text: string): Bits | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return { value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n), width: 32 };
}

function bitsOfV6(text: string): Bits | undefined {
  const halves = text.toLowerCase().split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined) => (half ? half.split(':') : []);
  const [head, tail] = [groups(halves[0]), groups(halves[1])];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (all.some((group) => !/^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return { value: all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n), width: 128 };
}

const bitsOf = (text: string) => bitsOfV4(text) ?? bitsOfV6(text);

/** Whether `range` holds `address`; undefined when either cannot be read. */
export function holds(range: string, address: string): boolean | undefined {
  const [start, given, ...rest] = range.trim().split('/');
  const [from, other] = [bitsOf(start ?? ''), bitsOf(address.trim())];
  if (!from || !other || rest.length > 0 || (given !== undefined && !/^\d{1,3}$/.test(given))) return undefined;
  const length = given === undefined ? from.width : Number(given);
  if (length > from.width) return undefined;
  if (from.width !== other.width) return false;
  const shift = BigInt(from.width - length);
  return from.value >> shift === other.value >> shift;
}
