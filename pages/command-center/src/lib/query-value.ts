// A value that lives in the URL's query, so that a link brings back what is shown.
import { computed, nextTick } from 'vue';
import type { WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { LocationQueryRaw, Router } from 'vue-router';

const waiting = new WeakMap<Router, LocationQueryRaw>();

/** Changes several values of one moment in one navigation; an undefined value leaves the URL. */
export function useQueryChanges(): (changes: Record<string, string | undefined>, isNewEntry?: boolean) => void {
  const router = useRouter();
  return (changes, isNewEntry = false) => {
    const isFirst = !waiting.has(router);
    waiting.set(router, { ...waiting.get(router), ...changes });
    if (!isFirst) return;
    void nextTick(() => {
      const all: LocationQueryRaw = { ...router.currentRoute.value.query, ...waiting.get(router) };
      waiting.delete(router);
      const query = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''));
      void router[isNewEntry ? 'push' : 'replace']({ query, hash: router.currentRoute.value.hash });
    });
  };
}

/** `const tab = useQueryValue('tab', 'overview')`. `isNewEntry`: going back undoes it, as for an open drawer. */
export function useQueryValue<Value extends string>(name: string, otherwise: Value, isNewEntry?: boolean): WritableComputedRef<Value>;
export function useQueryValue(name: string, otherwise?: undefined, isNewEntry?: boolean): WritableComputedRef<string | undefined>;
export function useQueryValue(name: string, otherwise?: string, isNewEntry = false): WritableComputedRef<string | undefined> {
  const route = useRoute();
  const change = useQueryChanges();
  return computed({
    get: () => {
      const value = route.query[name];
      return (typeof value === 'string' ? value : undefined) ?? otherwise;
    },
    set: (value) => change({ [name]: value === otherwise ? undefined : value }, isNewEntry),
  });
}
