// Asks before unsaved changes are left behind.
import { useEventListener } from '@vueuse/core';
import { ref } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';

export function useLeaving(isChanged: () => boolean) {
  const isAsking = ref(false);
  let decide: ((leaves: boolean) => void) | undefined;

  onBeforeRouteLeave(() => {
    if (!isChanged()) return true;
    isAsking.value = true;
    return new Promise<boolean>((resolve) => (decide = resolve));
  });
  useEventListener(window, 'beforeunload', (event) => {
    if (isChanged()) event.preventDefault();
  });

  function answer(leaves: boolean): void {
    isAsking.value = false;
    decide?.(leaves);
    decide = undefined;
  }
  return { isAsking, answer };
}
