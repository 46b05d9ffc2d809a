import { ref } from 'vue';
import { useRouter } from 'vue-router';

import { api, useAction, useRefresh, useToasts } from '@/api';

import type { Segment } from './segment.ts';

/** Deletes a segment for good, after it was asked for. */
export function useSegmentRemoval(segment: () => Segment | undefined) {
  const router = useRouter();
  const toasts = useToasts();
  const refresh = useRefresh();
  const isAsking = ref(false);
  const removal = useAction((id: string) => api.delete('/api/v1/segments/{id}', { params: { path: { id } } }));

  async function remove(goTo?: string): Promise<void> {
    const doomed = segment();
    if (!doomed) return;
    const isGone = await removal.run(doomed.id);
    isAsking.value = false;
    if (!isGone) return toasts.fail(removal.error.value);
    toasts.show({ title: `${doomed.name} deleted` });
    if (goTo) await router.replace(goTo);
    await refresh('/api/v1/segments');
  }
  return { isAsking, remove, removal };
}
