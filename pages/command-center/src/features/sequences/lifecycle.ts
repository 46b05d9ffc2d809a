// Activating, pausing, resuming and archiving.
import { useQueryClient } from '@tanstack/vue-query';

import { api, useAction, useToasts } from '@/api';

import type { Sequence } from './sequence.ts';

export type LifecycleAction = 'activate' | 'pause' | 'resume' | 'archive';

const DONE: Record<LifecycleAction, string> = {
  activate: 'Sequence activated',
  pause: 'Sequence paused',
  resume: 'Sequence resumed',
  archive: 'Sequence archived',
};
const BACK: Partial<Record<LifecycleAction, LifecycleAction>> = { activate: 'pause', pause: 'resume', resume: 'pause' };

export function useLifecycle() {
  const client = useQueryClient();
  const toasts = useToasts();

  async function act(sequence: Sequence, action: LifecycleAction): Promise<void> {
    await api.post(`/api/v1/sequences/{id}/${action}`, { params: { path: { id: sequence.id } } });
    await client.invalidateQueries();
    const back = BACK[action];
    const undo = { label: action === 'activate' ? 'Pause' : 'Undo', run: () => back && void run(sequence, back) };
    toasts.show({ title: DONE[action], ...(back ? { action: undo } : {}) });
  }

  const doing = useAction(act);

  /** False when it was refused; what went wrong has been said then. */
  async function run(sequence: Sequence, action: LifecycleAction): Promise<boolean> {
    await doing.run(sequence, action);
    if (doing.error.value === undefined) return true;
    toasts.fail(doing.error.value);
    return false;
  }
  return { run, isRunning: doing.isRunning };
}
