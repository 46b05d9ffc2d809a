// Reads which paths a Rust file names, without a compiler: enough of the language to tell code from text.

export interface NamedPath {
  /** `["crate", "edge", "db", "Db"]`, or a crate's name first. */
  segments: string[];
  /** Offset in the source. */
  at: number;
}

export interface Text {
  text: string;
  at: number;
}

/** The code with comments, texts and test modules blanked out, every offset kept; and the texts of what remains. */
export function mask(source: string): { code: string; strings: Text[] } {
  const strings: Text[] = [];
  const blank = (piece: string) => piece.replace(/[^\n]/g, ' ');
  // In this order: comments, raw texts, texts, characters (which a lifetime is not).
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\b[bc]?r(#*)"[\s\S]*?"\1|(?:\b[bc])?"(?:\\[\s\S]|[^"\\])*"|'(?:\\[^\n']+|\\'|[^\\'\n])'/g;
  let code = source.replace(token, (piece, _hashes, at: number) => {
    if (!piece.startsWith('/') && !piece.startsWith("'")) strings.push({ text: piece, at });
    return blank(piece);
  });
  for (const [start, end] of testModules(code)) {
    code = code.slice(0, start) + blank(code.slice(start, end)) + code.slice(end);
    for (let index = strings.length; index-- > 0; ) {
      if (strings[index]!.at >= start && strings[index]!.at < end) strings.splice(index, 1);
    }
  }
  return { code, strings };
}

/** Where `#[cfg(test)]` items begin and end. */
function testModules(code: string): [number, number][] {
  return [...code.matchAll(/#\[cfg\(test\)\]/g)].map(({ index }) => {
    const open = code.slice(index).search(/[{;]/) + index;
    if (code[open] === ';') return [index, open + 1];
    let depth = 0;
    for (let at = open; at < code.length; at++) {
      if (code[at] === '{') depth++;
      if (code[at] === '}' && --depth === 0) return [index, at + 1];
    }
    return [index, code.length];
  });
}

/** Every path in masked code, made absolute; `module` is where the file stands: `["campaigns", "gate"]`. */
export function pathsIn(code: string, module: readonly string[]): NamedPath[] {
  const paths: NamedPath[] = [];
  const names = new Map<string, string[]>();
  const rest = code.replace(/\b(?:use|extern\s+crate)\s+([^;]+);/g, (whole, tree: string, at: number) => {
    for (const { segments, alias } of expand(tree)) {
      const absolute = resolve(segments, module);
      paths.push({ segments: absolute, at });
      const name = alias ?? segments.at(-1)!;
      // A module that was brought in under its name begins paths of its own; of anything else the `use` has said all.
      if (/^[a-z]/.test(name)) names.set(name, absolute);
    }
    return whole.replace(/[^\n]/g, ' ');
  });
  for (const { 0: text, index } of rest.matchAll(/(?<![\w:.$])(?:::\s*)?[A-Za-z_]\w*(?:\s*::\s*[A-Za-z_]\w*)+/g)) {
    const segments = text.split('::').map((part) => part.trim()).filter(Boolean);
    const known = names.get(segments[0]!);
    paths.push({ segments: known ? [...known, ...segments.slice(1)] : resolve(segments, module), at: index });
  }
  return paths;
}

function resolve(segments: readonly string[], module: readonly string[]): string[] {
  const [first, ...rest] = segments;
  if (first === 'self') return ['crate', ...module, ...rest];
  if (first !== 'super') return [...segments];
  const ups = segments.findIndex((segment) => segment !== 'super');
  const count = ups < 0 ? segments.length : ups;
  return ['crate', ...module.slice(0, Math.max(0, module.length - count)), ...segments.slice(count)];
}

/** `a::{b, c as d, e::*}` as its single paths. */
function expand(tree: string): { segments: string[]; alias?: string }[] {
  const text = tree.trim().replace(/^::\s*/, '');
  const brace = text.indexOf('{');
  if (brace < 0) {
    const [path, alias] = text.split(/\s+as\s+/);
    const segments = path!.split('::').map((part) => part.trim()).filter(Boolean);
    if (segments.at(-1) === 'self') segments.pop();
    return [alias ? { segments, alias: alias.trim() } : { segments }];
  }
  const head = text.slice(0, brace).split('::').map((part) => part.trim()).filter(Boolean);
  return splitList(text.slice(brace + 1, text.lastIndexOf('}'))).flatMap((branch) =>
    branch.trim() === 'self' ? [{ segments: head }] : expand(branch).map(({ segments, ...more }) => ({ segments: [...head, ...segments], ...more })),
  );
}

/** Splits at the commas that stand in no braces. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}') depth--;
    else if (at === text.length || (text[at] === ',' && depth === 0)) {
      if (text.slice(start, at).trim()) parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return parts;
}
