// The time, for what is said relative to it. One clock for all of them.
import { readonly, ref } from 'vue';

const STEP_MS = 30_000;
const now = ref(Date.now());
let isTicking = false;

export function useNow() {
  if (!isTicking) {
    isTicking = true;
    setInterval(() => (now.value = Date.now()), STEP_MS);
  }
  return readonly(now);
}
