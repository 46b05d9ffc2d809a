import { toValue, watchEffect } from 'vue';
import type { MaybeRefOrGetter } from 'vue';

export function setTitle(title: string): void {
  document.title = `${title} · Command Center`;
}

/** `useTitle(() => person.record.value?.first_name)`: the title of a page that knows better than its route. */
export function useTitle(title: MaybeRefOrGetter<string | null | undefined>): void {
  watchEffect(() => {
    const text = toValue(title);
    if (text) setTitle(text);
  });
}
