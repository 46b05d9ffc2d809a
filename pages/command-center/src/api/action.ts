// One call that changes something: whether it is under way, and what was wrong.
import { computed, ref, shallowRef } from 'vue';

import { ApiError } from './client.ts';
import { problemOf } from './problem.ts';

/**
 * `const add = useAction(() => api.post('/api/v1/tags', { body }))`; `await add.run()` gives the answer, or undefined after a failure.
 * `add.complaint('name')` is for the field, `add.problem` for what is about no field.
 */
export function useAction<Given extends unknown[], Answer>(work: (...given: Given) => Promise<Answer>) {
  const isRunning = ref(false);
  const error = shallowRef<unknown>();

  async function run(...given: Given): Promise<Answer | undefined> {
    if (isRunning.value) return undefined;
    isRunning.value = true;
    error.value = undefined;
    try {
      return await work(...given);
    } catch (caught) {
      error.value = caught;
      return undefined;
    } finally {
      isRunning.value = false;
    }
  }

  return {
    run,
    isRunning,
    error,
    problem: computed(() => (error.value === undefined ? undefined : problemOf(error.value))),
    complaint: (field: string) => (error.value instanceof ApiError ? error.value.complaint(field) : undefined),
    reset: () => {
      error.value = undefined;
    },
  };
}
