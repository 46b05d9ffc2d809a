import type { Schema } from '@/api';

export type Industry = Schema<'IndustryOut'>;

/** A list as people write it in a text area: a line each. */
export const linesOf = (list: readonly string[] | null | undefined) => (list ?? []).join('\n');

export function listOf(lines: string): string[] | null {
  const list = lines
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return list.length > 0 ? list : null;
}

export interface Word {
  ours: string;
  theirs: string;
}

export const wordsOf = (terminology: Record<string, string> | null | undefined): Word[] =>
  Object.entries(terminology ?? {}).map(([ours, theirs]) => ({ ours, theirs }));

/** A word without a counterpart says nothing, and is left out. */
export function terminologyOf(words: readonly Word[]): Record<string, string> | null {
  const pairs = words
    .map(({ ours, theirs }) => [ours.trim(), theirs.trim()] as const)
    .filter(([ours, theirs]) => ours !== '' && theirs !== '');
  return pairs.length > 0 ? Object.fromEntries(pairs) : null;
}
