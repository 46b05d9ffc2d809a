// Settling sends of unknown outcome, and sending again what failed.
import { api, useAction, useRefresh, useToasts } from '@/api';
import { count } from '@/lib/words.ts';

import type { Send } from './send.ts';

/** A call takes up to 1,000. */
const MOST_AT_ONCE = 1_000;

export function useMending(sequenceId: () => string) {
  const toasts = useToasts();
  const refresh = useRefresh();
  const anew = () =>
    refresh(
      '/api/v1/sends',
      '/api/v1/sends/{id}',
      '/api/v1/sends/{id}/history',
      '/api/v1/sequences/{id}/sends',
      '/api/v1/sequences/{id}/ledger',
      '/api/v1/sequences/{id}/engagement',
      '/api/v1/sequences/{id}/progress',
    );

  const settling = useAction(async (sends: readonly Send[], status: 'sent' | 'failed') => {
    for (const { id } of sends) await api.post('/api/v1/sends/{id}/settle', { params: { path: { id } }, body: { status } });
    return sends.length;
  });
  const replaying = useAction(async (ids: readonly string[] | undefined) => {
    const params = { path: { id: sequenceId() } };
    if (ids === undefined) return (await api.post('/api/v1/sequences/{id}/replay', { params, body: {} })).data.replayed;
    let replayed = 0;
    for (let start = 0; start < ids.length; start += MOST_AT_ONCE) {
      const body = { send_ids: ids.slice(start, start + MOST_AT_ONCE) };
      replayed += (await api.post('/api/v1/sequences/{id}/replay', { params, body })).data.replayed;
    }
    return replayed;
  });

  async function settle(sends: readonly Send[], status: 'sent' | 'failed'): Promise<void> {
    const settled = await settling.run(sends, status);
    if (settled === undefined) toasts.fail(settling.error.value);
    else toasts.show({ title: `${count(settled, 'send')} settled as ${status}` });
    await anew();
  }

  /** All that failed, when none are named. */
  async function replay(ids?: readonly string[]): Promise<void> {
    const replayed = await replaying.run(ids);
    if (replayed === undefined) toasts.fail(replaying.error.value);
    else
      toasts.show({
        title: `${count(replayed, 'send')} on the way again`,
        ...(replayed === 0 ? { description: 'None of them was failed any more.' } : {}),
      });
    await anew();
  }
  return { settle, replay, isSettling: settling.isRunning, isReplaying: replaying.isRunning };
}
