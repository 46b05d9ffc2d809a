// Which rows are chosen. They stay chosen when the list is sorted or loads more.
import { computed, shallowRef, toValue } from 'vue';
import type { MaybeRefOrGetter } from 'vue';

export function useSelection<Row>(rows: MaybeRefOrGetter<readonly Row[]>, idOf: (row: Row) => string) {
  const chosen = shallowRef(new Map<string, Row>());
  let last = -1;

  function toggle(index: number, isRange = false): void {
    const all = toValue(rows);
    const row = all[index];
    if (!row) return;
    const next = new Map(chosen.value);
    const isOn = !next.has(idOf(row));
    const from = isRange && last >= 0 ? Math.min(last, index) : index;
    const to = isRange && last >= 0 ? Math.max(last, index) : index;
    for (const each of all.slice(from, to + 1)) {
      if (isOn) next.set(idOf(each), each);
      else next.delete(idOf(each));
    }
    last = index;
    chosen.value = next;
  }

  const state = computed<boolean | 'indeterminate'>(() => {
    if (chosen.value.size === 0) return false;
    return toValue(rows).every((row) => chosen.value.has(idOf(row))) ? true : 'indeterminate';
  });

  return {
    chosen,
    state,
    toggle,
    has: (row: Row) => chosen.value.has(idOf(row)),
    all: (on: boolean) => {
      chosen.value = new Map(on ? toValue(rows).map((row) => [idOf(row), row]) : []);
      last = -1;
    },
    clear: () => {
      chosen.value = new Map();
      last = -1;
    },
  };
}
