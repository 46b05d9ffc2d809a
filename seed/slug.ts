/** Turns a name into the part of a URL that stands for it: "Doña Ana's Café" becomes "dona-anas-cafe". */
export function slugify(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/['’ʻ.]/g, '')
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** A name as one word, for domains and mailboxes. */
export function compact(name: string): string {
  return slugify(name).replaceAll('-', '');
}

/** Hands out each text once: the first of the candidates that is still free, else the last one with a number after it. */
export class Taken {
  readonly #taken = new Set<string>();

  claim(...candidates: [string, ...string[]]): string {
    const last = candidates.at(-1) ?? candidates[0];
    let free = candidates.find((candidate) => !this.#taken.has(candidate));
    for (let number = 2; free === undefined; number++) {
      const numbered = `${last}-${number}`;
      if (!this.#taken.has(numbered)) free = numbered;
    }
    this.#taken.add(free);
    return free;
  }
}
