// What a board is made of, and where a card is while it is carried.

export interface BoardColumn<Card> {
  id: string;
  title: string;
  /** A dot beside the title, in a color of the tenant's own. */
  color?: string | undefined;
  cards: readonly Card[];
  /** How many there are, when not all of them have been fetched. */
  count?: number;
}

/** Where a card is put down: between two cards of a column, or at an end of it. */
export interface Move<Card> {
  card: Card;
  from: string;
  to: string;
  /** The card that comes right after it there. */
  before: Card | undefined;
  /** The card that comes right before it there. */
  after: Card | undefined;
}

export interface Place {
  column: string;
  index: number;
}

interface Identified {
  id: string;
}

export function placeOf<Card extends Identified>(columns: readonly BoardColumn<Card>[], id: string): Place | undefined {
  for (const column of columns) {
    const index = column.cards.findIndex((card) => card.id === id);
    if (index >= 0) return { column: column.id, index };
  }
  return undefined;
}

/** The columns with a card at another place. `index` counts without the card. */
export function withCardAt<Card extends Identified>(
  columns: readonly BoardColumn<Card>[],
  card: Card,
  place: Place,
): readonly BoardColumn<Card>[] {
  return columns.map((column) => {
    const others = column.cards.filter((other) => other.id !== card.id);
    const wasHere = others.length !== column.cards.length;
    const isHere = column.id === place.column;
    if (!wasHere && !isHere) return column;
    const cards = isHere ? [...others.slice(0, place.index), card, ...others.slice(place.index)] : others;
    const count = column.count === undefined ? undefined : column.count + Number(isHere) - Number(wasHere);
    return { ...column, cards, ...(count === undefined ? {} : { count }) };
  });
}

/** What putting a card down there means; undefined where it is already. */
export function moveTo<Card extends Identified>(columns: readonly BoardColumn<Card>[], card: Card, place: Place): Move<Card> | undefined {
  const from = placeOf(columns, card.id);
  const target = columns.find((column) => column.id === place.column);
  if (!from || !target || (from.column === place.column && from.index === place.index)) return undefined;
  const others = target.cards.filter((other) => other.id !== card.id);
  return { card, from: from.column, to: place.column, before: others[place.index], after: others[place.index - 1] };
}

/** The next place in a direction, while a card is carried with the keys. `isAllowed` says which columns it may go to. */
export function stepFrom<Card extends Identified>(
  columns: readonly BoardColumn<Card>[],
  card: Card,
  at: Place,
  key: string,
  isAllowed: (column: string) => boolean,
): Place {
  const lengthOf = (column: BoardColumn<Card>) => column.cards.filter((other) => other.id !== card.id).length;
  const here = columns.findIndex((column) => column.id === at.column);
  const column = columns[here];
  if (!column) return at;
  if (key === 'ArrowUp') return { ...at, index: Math.max(0, at.index - 1) };
  if (key === 'ArrowDown') return { ...at, index: Math.min(lengthOf(column), at.index + 1) };
  if (key === 'Home') return { ...at, index: 0 };
  if (key === 'End') return { ...at, index: lengthOf(column) };
  const way = key === 'ArrowRight' ? columns.slice(here + 1) : key === 'ArrowLeft' ? columns.slice(0, here).reverse() : [];
  const next = way.find((candidate) => isAllowed(candidate.id));
  return next ? { column: next.id, index: Math.min(at.index, lengthOf(next)) } : at;
}

/** The card that the focus goes to from another one. */
export function neighborOf<Card extends Identified>(columns: readonly BoardColumn<Card>[], id: string, key: string): Card | undefined {
  const at = placeOf(columns, id);
  if (!at) return undefined;
  const here = columns.findIndex((column) => column.id === at.column);
  const cards = columns[here]?.cards ?? [];
  if (key === 'ArrowUp') return cards[at.index - 1];
  if (key === 'ArrowDown') return cards[at.index + 1];
  if (key === 'Home') return cards[0];
  if (key === 'End') return cards.at(-1);
  const way = key === 'ArrowRight' ? columns.slice(here + 1) : key === 'ArrowLeft' ? columns.slice(0, here).reverse() : [];
  const next = way.find((column) => column.cards.length > 0);
  return next?.cards[Math.min(at.index, next.cards.length - 1)];
}
