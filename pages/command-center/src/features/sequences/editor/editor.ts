// What the parts of the editor share: the draft, what is chosen in it, and what can be done with it.
import { computed, inject, provide, ref, shallowRef } from 'vue';
import type { ComputedRef, InjectionKey, Ref } from 'vue';

import { useToasts } from '@/api';

import { add, change, duplicate, moveBy, moveTo, remove, reorder, shiftFrom } from './draft.ts';
import type { Draft, DraftStep } from './draft.ts';
import type { DraftHistory } from './history.ts';
import { problemsOf } from './problems.ts';
import type { StepProblem } from './problems.ts';

export interface Editor {
  history: DraftHistory;
  steps: ComputedRef<readonly DraftStep[]>;
  /** Whether the caller may change anything here. */
  isOpen: Readonly<Ref<boolean>>;
  /** The name of the step whose drawer is open. */
  opened: Ref<string | undefined>;
  problems: ComputedRef<readonly StepProblem[]>;
  /** What the API said of the last attempt to save. */
  refused: Ref<readonly StepProblem[]>;
  /** Read out to who listens. */
  said: Ref<string>;
  /** The step that the keys moved last: the focus goes along. */
  moved: Ref<{ key: string } | undefined>;
  complaint: (key: string, field: string) => string | undefined;
  addOn: (day: number) => void;
  change: (key: string, changes: Partial<Omit<DraftStep, 'key' | 'day'>>) => void;
  moveTo: (key: string, day: number) => void;
  moveBy: (key: string, days: number) => void;
  shiftFrom: (key: string, days: number) => void;
  reorder: (key: string, by: -1 | 1) => void;
  duplicate: (key: string) => void;
  remove: (key: string) => void;
}

const KEY: InjectionKey<Editor> = Symbol('editor');

export function provideEditor(history: DraftHistory, isOpen: Readonly<Ref<boolean>>, opened: Ref<string | undefined>): Editor {
  const toasts = useToasts();
  const said = ref('');
  const moved = shallowRef<{ key: string }>();
  const refused = ref<readonly StepProblem[]>([]);
  const steps = computed(() => history.draft.value?.steps ?? []);
  const problems = computed(() => (history.draft.value ? [...problemsOf(history.draft.value), ...refused.value] : []));
  const find = (key: string) => steps.value.find((step) => step.key === key);

  function apply(next: (draft: Draft) => Draft, merge?: string): void {
    if (!history.draft.value || !isOpen.value) return;
    refused.value = [];
    history.apply(next(history.draft.value), merge);
  }

  function place(key: string, next: (draft: Draft) => Draft): void {
    const before = find(key)?.day;
    apply(next);
    const step = find(key);
    if (step && step.day !== before) said.value = `${step.name} is now on day ${step.day}`;
  }

  const editor: Editor = {
    history,
    steps,
    isOpen,
    opened,
    problems,
    refused,
    said,
    moved,
    complaint: (key, field) => problems.value.find((problem) => problem.key === key && problem.field === field)?.message,
    addOn: (day) => {
      if (!history.draft.value || !isOpen.value) return;
      const added = add(history.draft.value, day);
      refused.value = [];
      history.apply(added.draft);
      opened.value = find(added.key)?.name;
    },
    change: (key, changes) => {
      const isOpened = find(key)?.name === opened.value;
      apply((draft) => change(draft, key, changes), `${key} ${Object.keys(changes).join(' ')}`);
      if (isOpened && changes.name !== undefined) opened.value = changes.name;
    },
    moveTo: (key, day) => place(key, (draft) => moveTo(draft, key, day)),
    moveBy: (key, days) => place(key, (draft) => moveBy(draft, key, days)),
    shiftFrom: (key, days) => place(key, (draft) => shiftFrom(draft, key, days)),
    reorder: (key, by) => {
      apply((draft) => reorder(draft, key, by));
      said.value = `${find(key)?.name} is now step ${steps.value.findIndex((step) => step.key === key) + 1}`;
    },
    duplicate: (key) => {
      if (!history.draft.value || !isOpen.value) return;
      const copied = duplicate(history.draft.value, key);
      history.apply(copied.draft);
      opened.value = find(copied.key)?.name;
    },
    remove: (key) => {
      const step = find(key);
      if (!step || !isOpen.value) return;
      apply((draft) => remove(draft, key));
      if (opened.value === step.name) opened.value = undefined;
      toasts.show({ title: `${step.name} removed`, action: { label: 'Undo', run: history.undo } });
    },
  };
  provide(KEY, editor);
  return editor;
}

export function useEditor(): Editor {
  const editor = inject(KEY);
  if (!editor) throw new Error('no editor around this component');
  return editor;
}

/** The keys of a step that has the focus: moves with Alt, removes, copies. True when it was one of them. */
export function pressOnStep(editor: Editor, event: KeyboardEvent, key: string): boolean {
  const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  if (event.altKey && days !== undefined) {
    if (event.shiftKey) editor.shiftFrom(key, days);
    else editor.moveBy(key, days);
    editor.moved.value = { key };
  } else if (event.key === 'Delete' || event.key === 'Backspace') editor.remove(key);
  else if (event.key === 'd' && !event.metaKey && !event.ctrlKey) editor.duplicate(key);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
