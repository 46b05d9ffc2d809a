// Taking an address off the list, with a way back.
import { useQueryClient } from '@tanstack/vue-query';

import { api, useUndoable } from '@/api';

import type { Suppression } from './suppression.ts';

const PATH = '/api/v1/suppressions';

export function useRemoval(): (row: Suppression) => Promise<boolean> {
  const undoable = useUndoable();
  const client = useQueryClient();
  return async ({ address, note }) => {
    const isDone = await undoable({
      done: `${address} taken off the list`,
      run: () => api.delete('/api/v1/suppressions/{address}', { params: { path: { address } } }),
      undo: () => api.post(PATH, { body: { address, note } }),
    });
    await client.invalidateQueries({ queryKey: ['list', PATH] });
    return isDone;
  };
}
