// Short messages about what was just done (`layout/ToastHost.vue` shows them).
import { shallowRef } from 'vue';

import { problemOf } from './problem.ts';

export type ToastTone = 'neutral' | 'success' | 'warning' | 'danger';

export interface ToastGiven {
  title: string;
  description?: string;
  tone?: ToastTone;
  /** One thing that can be done about it. */
  action?: { label: string; run: () => void } | { label: string; href: string };
  requestId?: string | null;
  /** Milliseconds; what can be undone or went wrong stays longer. */
  duration?: number;
}

export interface Toast extends ToastGiven {
  id: number;
}

const MOST = 4;
const shown = shallowRef<Toast[]>([]);
let last = 0;

function show(given: ToastGiven): number {
  const id = ++last;
  shown.value = [...shown.value, { ...given, id }].slice(-MOST);
  return id;
}

function close(id: number): void {
  shown.value = shown.value.filter((toast) => toast.id !== id);
}

/** Says what went wrong, in plain words and with the request's id. */
function fail(error: unknown): void {
  const problem = problemOf(error);
  show({ tone: 'danger', title: problem.title, description: problem.message, requestId: problem.requestId });
}

/** `const toasts = useToasts()`, then `toasts.show({ title: 'Tag added' })` or `toasts.fail(error)`. */
export function useToasts() {
  return { shown, show, close, fail };
}
