import { describe, expect, it } from 'vitest';

import { moveTo, neighborOf, placeOf, stepFrom, withCardAt } from './board.ts';
import type { BoardColumn } from './board.ts';

const card = (id: string) => ({ id });
const columns: BoardColumn<{ id: string }>[] = [
  { id: 'new', title: 'New', cards: [card('a'), card('b'), card('c')], count: 9 },
  { id: 'won', title: 'Won', cards: [], count: 0 },
  { id: 'lost', title: 'Lost', cards: [card('x')], count: 1 },
];
const ids = (all: readonly BoardColumn<{ id: string }>[]) => all.map((column) => column.cards.map(({ id }) => id).join(''));
const anywhere = () => true;

describe('a board', () => {
  it('knows where a card is', () => {
    expect(placeOf(columns, 'b')).toEqual({ column: 'new', index: 1 });
    expect(placeOf(columns, 'q')).toBeUndefined();
  });

  it('shows a carried card where it would be, and counts it there', () => {
    const shown = withCardAt(columns, card('b'), { column: 'lost', index: 1 });
    expect(ids(shown)).toEqual(['ac', '', 'xb']);
    expect(shown.map(({ count }) => count)).toEqual([8, 0, 2]);
    expect(ids(withCardAt(columns, card('a'), { column: 'new', index: 2 }))).toEqual(['bca', '', 'x']);
  });

  it('says between which cards one is put', () => {
    expect(moveTo(columns, card('a'), { column: 'new', index: 1 })).toMatchObject({ before: card('c'), after: card('b') });
    expect(moveTo(columns, card('a'), { column: 'lost', index: 0 })).toMatchObject({ from: 'new', to: 'lost', before: card('x') });
    expect(moveTo(columns, card('a'), { column: 'new', index: 0 })).toBeUndefined();
  });

  it('goes by the arrows, past columns where the card may not be', () => {
    const at = { column: 'new', index: 1 };
    expect(stepFrom(columns, card('b'), at, 'ArrowUp', anywhere)).toEqual({ column: 'new', index: 0 });
    expect(stepFrom(columns, card('b'), at, 'End', anywhere)).toEqual({ column: 'new', index: 2 });
    expect(stepFrom(columns, card('b'), at, 'ArrowRight', anywhere)).toEqual({ column: 'won', index: 0 });
    expect(stepFrom(columns, card('b'), at, 'ArrowRight', (column) => column === 'lost')).toEqual({ column: 'lost', index: 1 });
    expect(stepFrom(columns, card('b'), at, 'ArrowLeft', anywhere)).toEqual(at);
  });

  it('finds the card beside another, past empty columns', () => {
    expect(neighborOf(columns, 'b', 'ArrowDown')).toEqual(card('c'));
    expect(neighborOf(columns, 'c', 'ArrowRight')).toEqual(card('x'));
    expect(neighborOf(columns, 'x', 'ArrowRight')).toBeUndefined();
  });
});
