// How quickly a run sends, as the live feed tells of it. Nothing is known where there is no feed.
import { computed, shallowRef } from 'vue';

import { useLive } from '@/api/live.ts';
import { useNow } from '@/lib/now.ts';

import { sentLately } from './progress.ts';
import type { Told } from './progress.ts';

/** More than a minute can bring: the feed gathers what happens within a second. */
const MOST_KEPT = 200;

export function useSentLately(sequenceId: () => string) {
  const told = shallowRef<(Told & { sequence: string })[]>([]);
  const now = useNow();
  useLive('sends', ({ key, counts }) => {
    const sent = counts?.['sent'] ?? 0;
    if (sent > 0) told.value = [...told.value, { sequence: key, at: Date.now(), sent }].slice(-MOST_KEPT);
  });
  return computed(() =>
    sentLately(
      told.value.filter(({ sequence }) => sequence === sequenceId()),
      Math.max(now.value, told.value.at(-1)?.at ?? 0),
    ),
  );
}
