// Goes through rows by keys: arrows, j and k, Home and End, Page Up and Down; Enter opens, x and space select.
import { ref, toValue } from 'vue';
import type { MaybeRefOrGetter } from 'vue';

export interface RowKeys {
  count: MaybeRefOrGetter<number>;
  page: MaybeRefOrGetter<number>;
  /** The row has become the current one: it is to be seen. */
  show: (index: number) => void;
  open: (index: number) => void;
  toggle: (index: number, isRange: boolean) => void;
  selectAll: () => void;
  clear: () => void;
}

export function useRowKeys(given: RowKeys) {
  const active = ref(-1);

  function go(to: number): void {
    const last = toValue(given.count) - 1;
    if (last < 0) return;
    active.value = Math.min(last, Math.max(0, to));
    given.show(active.value);
  }

  function onKeydown(event: KeyboardEvent): void {
    // What has its own keys keeps them: a checkbox, a link, a field in a cell.
    if (event.defaultPrevented || event.altKey || (event.target !== event.currentTarget && ['Enter', ' '].includes(event.key))) return;
    const isMod = event.metaKey || event.ctrlKey;
    if (isMod && event.key.toLowerCase() !== 'a') return;
    const does: Record<string, () => void> = isMod
      ? { a: given.selectAll }
      : {
          ArrowDown: () => step(1, event.shiftKey),
          j: () => step(1, false),
          ArrowUp: () => step(-1, event.shiftKey),
          k: () => step(-1, false),
          Home: () => go(0),
          End: () => go(toValue(given.count) - 1),
          PageDown: () => go(active.value + toValue(given.page)),
          PageUp: () => go(active.value - toValue(given.page)),
          Enter: () => active.value >= 0 && given.open(active.value),
          x: () => active.value >= 0 && given.toggle(active.value, false),
          X: () => active.value >= 0 && given.toggle(active.value, true),
          ' ': () => active.value >= 0 && given.toggle(active.value, event.shiftKey),
          Escape: given.clear,
        };
    const run = does[isMod ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run();
  }

  /** With Shift the row gone to is chosen as well. */
  function step(by: number, selects: boolean): void {
    go(active.value + by);
    if (selects) given.toggle(active.value, true);
  }

  return { active, go, onKeydown };
}
