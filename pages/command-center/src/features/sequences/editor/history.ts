// The draft of a sequence's next version: with its way back and forth, and kept in this tab until it is saved or discarded.
import { computed, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref } from 'vue';

import type { Draft } from './draft.ts';
import { fingerprint } from './draft.ts';

const MOST_STEPS_BACK = 200;
const PAUSE_MS = 1_500;

export interface DraftHistory {
  draft: Readonly<Ref<Draft | undefined>>;
  /** What it was when it was opened or saved last. */
  base: Readonly<Ref<Draft | undefined>>;
  isChanged: ComputedRef<boolean>;
  canUndo: ComputedRef<boolean>;
  canRedo: ComputedRef<boolean>;
  /** What is typed into one field without a pause is one step back: such changes have the same `merge`. */
  apply: (next: Draft, merge?: string) => void;
  undo: () => void;
  redo: () => void;
  discard: () => void;
  /** What is written now is saved: nothing is kept in this tab any more. */
  settle: () => void;
  /** Begins with a saved version. Changes to the same version that this tab kept come back. */
  begin: (name: string, saved: Draft) => void;
}

export function useDraftHistory(): DraftHistory {
  const draft = shallowRef<Draft>();
  const base = shallowRef<Draft>();
  const past = shallowRef<readonly Draft[]>([]);
  const future = shallowRef<readonly Draft[]>([]);
  let keptAs: string | undefined;
  const isChanged = computed(
    () => draft.value !== undefined && base.value !== undefined && fingerprint(draft.value) !== fingerprint(base.value),
  );

  let last = { merge: '', at: 0 };
  function apply(next: Draft, merge = ''): void {
    if (!draft.value || next === draft.value) return;
    const now = Date.now();
    const isGoingOn = merge !== '' && merge === last.merge && now - last.at < PAUSE_MS;
    last = { merge, at: now };
    if (!isGoingOn) past.value = [...past.value, draft.value].slice(-MOST_STEPS_BACK);
    future.value = [];
    draft.value = next;
  }

  function undo(): void {
    const before = past.value.at(-1);
    if (!before || !draft.value) return;
    past.value = past.value.slice(0, -1);
    future.value = [draft.value, ...future.value];
    draft.value = before;
  }

  function redo(): void {
    const [next, ...rest] = future.value;
    if (!next || !draft.value) return;
    past.value = [...past.value, draft.value];
    future.value = rest;
    draft.value = next;
  }

  function begin(name: string, saved: Draft): void {
    keptAs = `sequence-draft:${name}`;
    base.value = saved;
    past.value = [];
    future.value = [];
    draft.value = kept(keptAs) ?? saved;
  }

  watch([draft, isChanged], () => {
    if (!keptAs || !draft.value) return;
    if (isChanged.value) sessionStorage.setItem(keptAs, JSON.stringify(draft.value));
    else sessionStorage.removeItem(keptAs);
  });

  return {
    draft,
    base,
    isChanged,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    apply,
    undo,
    redo,
    discard: () => base.value && apply(base.value),
    settle: () => (base.value = draft.value),
    begin,
  };
}

function kept(name: string): Draft | undefined {
  const text = sessionStorage.getItem(name);
  if (!text) return undefined;
  try {
    const found = JSON.parse(text) as Draft;
    // Keys are given anew: those of another page view may be taken.
    return { ...found, steps: found.steps.map((step) => ({ ...step, key: `kept-${step.key}` })) };
  } catch {
    return undefined;
  }
}
