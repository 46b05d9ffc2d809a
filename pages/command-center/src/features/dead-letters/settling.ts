// Processing messages again, and letting them go.
import { api, useAction, useRefresh, useToasts } from '@/api';
import { count } from '@/lib/words.ts';

import type { DeadLetter } from './dead-letter.ts';

/** A call takes up to 100. */
export const MOST_AT_ONCE = 100;

/** Replays batch after batch until `ids` are done, or all of a queue, or all there are. */
export async function replayAll(
  ask: (given: { ids?: string[]; queue?: DeadLetter['queue'] }) => Promise<{ replayed: number; more: boolean }>,
  given: { ids?: readonly string[] | undefined; queue?: DeadLetter['queue'] | undefined },
): Promise<number> {
  let replayed = 0;
  if (given.ids) {
    for (let start = 0; start < given.ids.length; start += MOST_AT_ONCE)
      replayed += (await ask({ ids: given.ids.slice(start, start + MOST_AT_ONCE) })).replayed;
    return replayed;
  }
  for (;;) {
    const done = await ask(given.queue ? { queue: given.queue } : {});
    replayed += done.replayed;
    // A batch of which none went through would come again for ever.
    if (!done.more || done.replayed === 0) return replayed;
  }
}

export function useSettling() {
  const toasts = useToasts();
  const refresh = useRefresh();
  const anew = () => refresh('/api/v1/dead-letters', '/api/v1/dead-letters/{id}', '/api/v1/dashboard');

  const replaying = useAction((given: { ids?: readonly string[]; queue?: DeadLetter['queue'] | undefined }) =>
    replayAll(async (body) => (await api.post('/api/v1/dead-letters/replay', { body })).data, given),
  );
  const discarding = useAction(async (letters: readonly DeadLetter[]) => {
    for (const { id } of letters) await api.post('/api/v1/dead-letters/{id}/discard', { params: { path: { id } } });
    return letters.length;
  });

  async function replay(given: { ids?: readonly string[]; queue?: DeadLetter['queue'] | undefined }): Promise<void> {
    const replayed = await replaying.run(given);
    if (replayed === undefined) toasts.fail(replaying.error.value);
    else toasts.show({ title: `${count(replayed, 'message')} on the way again`, description: 'What fails again comes back here.' });
    await anew();
  }
  async function discard(letters: readonly DeadLetter[]): Promise<boolean> {
    const discarded = await discarding.run(letters);
    if (discarded === undefined) toasts.fail(discarding.error.value);
    else toasts.show({ title: `${count(discarded, 'message')} let go` });
    await anew();
    return discarded !== undefined;
  }
  return { replay, discard, isReplaying: replaying.isRunning, isDiscarding: discarding.isRunning };
}
