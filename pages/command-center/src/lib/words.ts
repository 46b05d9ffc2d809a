/** `in_progress` as people write it: `In progress`. */
export function words(name: string): string {
  const text = name.replaceAll(/[_-]+/g, ' ').trim();
  return text === '' ? '' : text[0]!.toUpperCase() + text.slice(1);
}

/** `1 person`, `3 people`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}
