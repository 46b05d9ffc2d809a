// The choices of a combobox: known ones, or those that the API finds for what is typed.
import { refDebounced } from '@vueuse/core';
import { computed, ref, shallowRef, toValue, watch } from 'vue';
import type { MaybeRefOrGetter } from 'vue';

import type { Choice } from './field.ts';

/** What a closed list says of its highlighted option: the library still names one that is not on the page any more. */
export const NO_OPTION = { 'aria-activedescendant': null };

/** Finds choices for a text. The signal ends it when more is typed meanwhile. */
export type Search = (text: string, signal: AbortSignal) => Promise<Choice[]>;

export function useChoices(
  known: MaybeRefOrGetter<readonly Choice[] | undefined>,
  search: MaybeRefOrGetter<Search | undefined>,
  isOpen: MaybeRefOrGetter<boolean>,
) {
  const text = ref('');
  const calm = refDebounced(text, 180);
  const found = shallowRef<readonly Choice[]>([]);
  const isSearching = ref(false);
  const failed = ref(false);
  let running: AbortController | undefined;

  watch(
    [calm, () => toValue(isOpen)],
    async ([typed, open]) => {
      const ask = toValue(search);
      if (!ask || !open) return;
      running?.abort();
      const mine = (running = new AbortController());
      isSearching.value = true;
      failed.value = false;
      try {
        found.value = await ask(typed.trim(), mine.signal);
      } catch {
        if (!mine.signal.aborted) failed.value = true;
      } finally {
        if (running === mine) isSearching.value = false;
      }
    },
    { immediate: true },
  );

  const choices = computed(() => {
    if (toValue(search)) return found.value;
    const typed = text.value.trim().toLowerCase();
    return (toValue(known) ?? []).filter((choice) => `${choice.label} ${choice.hint ?? ''}`.toLowerCase().includes(typed));
  });
  return { text, choices, isSearching, failed };
}
