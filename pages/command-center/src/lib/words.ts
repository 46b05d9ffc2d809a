/** `in_progress` as people write it: `In progress`. */
export function words(name: string): string {
  const text = name.replaceAll(/[_-]+/g, ' ').trim();
  return capitalized(text);
}

/** With a capital at its beginning. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The API writes for programs as well: a message may begin in lower case and without a full stop. */
export function sentence(text: string): string {
  const trimmed = capitalized(text.trim());
  return trimmed === '' || /[.?!…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** `1 person`, `3 people`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}
