// Where in a source a problem stands: from line and column, as the API counts them, to places in the text.
import type { TemplateProblem } from '../template.ts';

export interface Span {
  from: number;
  to: number;
}

/** Lines and columns count from 1, columns in characters. Without a line, the first occurrence of the variable, or the beginning. */
export function spanOf(source: string, problem: Pick<TemplateProblem, 'line' | 'column' | 'variable'>): Span {
  const { line, column, variable } = problem;
  if (line === null) {
    const at = variable ? source.indexOf(variable) : -1;
    return at < 0 ? { from: 0, to: 0 } : { from: at, to: at + variable!.length };
  }
  const lines = source.split('\n');
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
  const text = lines[index] ?? '';
  // A character may take two places in the text.
  const before = column === null ? 0 : [...text].slice(0, Math.max(0, column - 1)).join('').length;
  const from = start + before;
  const length = variable && text.startsWith(variable, before) ? variable.length : text.length - before;
  return { from, to: Math.max(from, from + length) };
}
