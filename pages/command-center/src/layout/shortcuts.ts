// Shortcuts: one key, keys together (`mod+k`), or keys after each other (`g b`). What is registered stands on the `?` sheet.
import { useEventListener } from '@vueuse/core';
import { onScopeDispose, shallowReactive } from 'vue';

export interface Shortcut {
  keys: string;
  label: string;
  /** Where it stands on the sheet. */
  group: string;
  run: () => void;
}

const registered = shallowReactive(new Set<Shortcut>());
const PATIENCE_MS = 1_000;

/** `useShortcut({ keys: 'c', label: 'Add a person', group: 'People', run: add })`; gone with the component. */
export function useShortcut(...shortcuts: Shortcut[]): void {
  for (const shortcut of shortcuts) registered.add(shortcut);
  onScopeDispose(() => {
    for (const shortcut of shortcuts) registered.delete(shortcut);
  });
}

export const shortcuts = registered as ReadonlySet<Shortcut>;

const nameOf = (event: KeyboardEvent) => {
  const key = event.key === ' ' ? 'space' : event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
  const parts = [
    event.metaKey || event.ctrlKey ? 'mod' : '',
    event.altKey ? 'alt' : '',
    event.shiftKey && event.key.length > 1 ? 'shift' : '',
    key,
  ];
  return parts.filter(Boolean).join('+');
};

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=menu], [role=listbox]') !==
    null;

/** Listens for all of them. Once, by the shell. */
export function listenForShortcuts(): void {
  let before = '';
  let at = 0;
  useEventListener('keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    const name = nameOf(event);
    const isTogether = name.includes('mod+');
    if (!isTogether && (isTyping(event.target) || document.querySelector('[role=dialog]'))) return;
    const sequence = event.timeStamp - at < PATIENCE_MS && before ? `${before} ${name}` : '';
    const all = [...registered].reverse();
    const found = all.find((shortcut) => shortcut.keys === sequence) ?? all.find((shortcut) => shortcut.keys === name);
    before = found ? '' : name;
    at = event.timeStamp;
    if (!found) return;
    event.preventDefault();
    found.run();
  });
}
