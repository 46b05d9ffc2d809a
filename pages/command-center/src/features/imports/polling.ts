// Asks again every few moments, as long as something is under way and the page is looked at.
import { useDocumentVisibility, useIntervalFn } from '@vueuse/core';
import type { Ref } from 'vue';

const PAUSE_MS = 2_000;

export function usePolling(isUnderWay: Readonly<Ref<boolean>>, ask: () => Promise<unknown>): void {
  const visibility = useDocumentVisibility();
  useIntervalFn(() => {
    if (isUnderWay.value && visibility.value === 'visible') void ask();
  }, PAUSE_MS);
}
