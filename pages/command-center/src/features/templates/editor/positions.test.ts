import { expect, it } from 'vitest';

import { slugOf } from '../template.ts';
import { spanOf } from './positions.ts';

const source = '<p>Hi {{ frist_name }}</p>\n<p>😀 {{ town }}</p>\n';
const cut = (line: number | null, column: number | null, variable: string | null) => {
  const { from, to } = spanOf(source, { line, column, variable });
  return source.slice(from, to);
};

it('marks the variable that there is not', () => {
  expect(cut(1, 10, 'frist_name')).toBe('frist_name');
  expect(cut(2, 9, 'town')).toBe('town');
  expect(cut(null, null, 'town')).toBe('town');
});

it('marks the rest of the line where nothing else is known', () => {
  expect(cut(1, null, null)).toBe('<p>Hi {{ frist_name }}</p>');
  expect(cut(1, 7, null)).toBe('{{ frist_name }}</p>');
  expect(cut(99, 1, null)).toBe('');
  expect(cut(null, null, null)).toBe('');
});

it('makes ids of names', () => {
  expect(slugOf('  Spring offer: Café! ')).toBe('spring-offer-cafe');
  expect(slugOf(`${'x'.repeat(49)} yy`)).toBe('x'.repeat(49));
});
