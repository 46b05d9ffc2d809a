// Carries a card with the keys: Space takes it up and puts it down, arrows move it, Escape puts it back. Each step is said.
import { nextTick, ref, shallowRef } from 'vue';

import { moveTo, neighborOf, placeOf, stepFrom } from './board.ts';
import type { BoardColumn, Move, Place } from './board.ts';

interface Given<Card> {
  columns: () => readonly BoardColumn<Card>[];
  nameOf: (card: Card) => string;
  canDrag: (card: Card) => boolean;
  isAllowed: (card: Card, column: string) => boolean;
  /** False where cards have an order of their own, and only the column counts. */
  isOrdered: () => boolean;
  drop: (move: Move<Card>) => void;
  focus: (id: string) => void;
}

const PATIENCE_MS = 3_000;
const ARROWS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];

export function useCarrying<Card extends { id: string }>(given: Given<Card>) {
  const carried = shallowRef<{ card: Card; place: Place }>();
  const announcement = ref('');
  let followed: { id: string; until: number } | undefined;

  const titleOf = (id: string) => given.columns().find((column) => column.id === id)?.title ?? '';
  function whereIs(place: Place): string {
    const column = given.columns().find(({ id }) => id === place.column);
    if (!given.isOrdered()) return titleOf(place.column);
    const others = column?.cards.filter(({ id }) => id !== carried.value?.card.id).length ?? 0;
    return `${titleOf(place.column)}, place ${place.index + 1} of ${others + 1}`;
  }

  function takeUp(card: Card): void {
    const place = placeOf(given.columns(), card.id);
    if (!place || !given.canDrag(card)) return;
    carried.value = { card, place };
    announcement.value = `${given.nameOf(card)} taken up in ${whereIs(place)}. Arrows move it, Space puts it down, Escape puts it back.`;
  }

  function carry(key: string): void {
    if (!carried.value) return;
    const { card, place } = carried.value;
    const home = placeOf(given.columns(), card.id)?.column;
    const next = stepFrom(given.columns(), card, place, key, (column) => column === home || given.isAllowed(card, column));
    const isSame = next.column === place.column && next.index === place.index;
    carried.value = { card, place: next };
    announcement.value = isSame ? `No further that way. ${whereIs(next)}` : whereIs(next);
    void refocus(card.id);
  }

  function putDown(): void {
    if (!carried.value) return;
    const { card, place } = carried.value;
    const move = moveTo(given.columns(), card, place);
    const isMove = move && (given.isOrdered() || move.from !== move.to);
    announcement.value = isMove ? `${given.nameOf(card)} put down in ${whereIs(place)}.` : `${given.nameOf(card)} stays where it was.`;
    carried.value = undefined;
    if (isMove) given.drop(move);
    void refocus(card.id);
  }

  function putBack(): void {
    if (!carried.value) return;
    const { card } = carried.value;
    carried.value = undefined;
    announcement.value = `${given.nameOf(card)} put back.`;
    void refocus(card.id);
  }

  /** A card that moves to another list is another element: the focus goes along. */
  async function refocus(id: string): Promise<void> {
    followed = { id, until: Date.now() + PATIENCE_MS };
    await nextTick();
    given.focus(id);
  }

  /** Called when the board was drawn anew: once with the move, and again when the API has answered. */
  function keepFocus(): void {
    if (followed && Date.now() < followed.until && document.activeElement === document.body) given.focus(followed.id);
  }

  function onKeydown(event: KeyboardEvent, card: Card): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isCarried = carried.value?.card.id === card.id;
    if (event.key === ' ') {
      if (isCarried) putDown();
      else takeUp(card);
    } else if (event.key === 'Enter' && isCarried) putDown();
    else if (event.key === 'Escape' && isCarried) putBack();
    else if (ARROWS.includes(event.key)) {
      if (isCarried) carry(event.key);
      else {
        const next = neighborOf(given.columns(), card.id, event.key);
        if (next) given.focus(next.id);
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return { carried, announcement, onKeydown, putBack, keepFocus };
}
