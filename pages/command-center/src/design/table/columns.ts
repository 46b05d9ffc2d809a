// The columns of a table: which are shown, in which order, kept per table in this browser.
import { columnOrderingFeature, columnVisibilityFeature, tableFeatures, useTable } from '@tanstack/vue-table';
import { useLocalStorage } from '@vueuse/core';
import { computed, toValue } from 'vue';
import type { ComputedRef, MaybeRefOrGetter } from 'vue';

export interface Column<Row> {
  id: string;
  label: string;
  /** By what the API sorts it: `last_name`. Only what the contract lists. */
  sort?: string;
  /** In pixels: the least it takes. It grows by `grow`. */
  width?: number;
  grow?: number;
  align?: 'start' | 'end';
  /** Not shown until it is chosen. */
  isHidden?: boolean;
  /** Always shown, as the name of what the row is. */
  isFixed?: boolean;
  /** The cell as text, where no slot `cell-<id>` shows it. */
  text?: (row: Row) => string | number | null | undefined;
}

interface Kept {
  order: string[];
  visibility: Record<string, boolean>;
}

const features = tableFeatures({ columnOrderingFeature, columnVisibilityFeature });
const resolve = <Value>(next: Value | ((before: Value) => Value), before: Value): Value =>
  typeof next === 'function' ? (next as (before: Value) => Value)(before) : next;

export interface ColumnState<Row> {
  shown: ComputedRef<Column<Row>[]>;
  /** All of them, in their order, and whether they are shown. */
  all: ComputedRef<{ column: Column<Row>; isShown: boolean }[]>;
  toggle: (id: string) => void;
  move: (id: string, by: -1 | 1) => void;
  reset: () => void;
  /** Shows these, in this order, as a saved view has it. */
  set: (ids: readonly string[]) => void;
}

export function useColumns<Row>(name: string, given: MaybeRefOrGetter<readonly Column<Row>[]>): ColumnState<Row> {
  const kept = useLocalStorage<Kept>(`table-${name}`, { order: [], visibility: {} }, { mergeDefaults: true });
  const hiddenFirst = computed(() => Object.fromEntries(toValue(given).map((column) => [column.id, !column.isHidden])));
  const columns = computed(() => toValue(given).map((column) => ({ id: column.id, header: column.label, enableHiding: !column.isFixed })));

  // The table knows the columns only. Its rows are the list's own: wrapping a hundred thousand of them anew for each page would be felt.
  const table = useTable({
    features,
    columns,
    data: computed(() => [] as object[]),
    state: computed(() => ({ columnOrder: kept.value.order, columnVisibility: { ...hiddenFirst.value, ...kept.value.visibility } })),
    onColumnOrderChange: (next) => {
      kept.value = { ...kept.value, order: resolve(next, kept.value.order) };
    },
    onColumnVisibilityChange: (next) => {
      kept.value = { ...kept.value, visibility: resolve(next, { ...hiddenFirst.value, ...kept.value.visibility }) };
    },
  });

  const byId = computed(() => new Map(toValue(given).map((column) => [column.id, column])));
  const ordered = computed(() => {
    const order = kept.value.order.filter((id) => byId.value.has(id));
    return [...order, ...[...byId.value.keys()].filter((id) => !order.includes(id))];
  });
  const isShown = (id: string) => byId.value.get(id)?.isFixed || { ...hiddenFirst.value, ...kept.value.visibility }[id] !== false;

  return {
    shown: computed(() => ordered.value.filter(isShown).map((id) => byId.value.get(id)!)),
    all: computed(() => ordered.value.map((id) => ({ column: byId.value.get(id)!, isShown: isShown(id) }))),
    toggle: (id) => table.getColumn(id)?.toggleVisibility(!isShown(id)),
    move: (id, by) => {
      const order = [...ordered.value];
      const from = order.indexOf(id);
      const to = from + by;
      if (from < 0 || to < 0 || to >= order.length) return;
      [order[from], order[to]] = [order[to]!, order[from]!];
      table.setColumnOrder(order);
    },
    reset: () => {
      kept.value = { order: [], visibility: {} };
    },
    set: (ids) => {
      const known = ids.filter((id) => byId.value.has(id));
      kept.value = { order: known, visibility: Object.fromEntries([...byId.value.keys()].map((id) => [id, known.includes(id)])) };
    },
  };
}
