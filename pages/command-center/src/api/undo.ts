// Does a thing at once and offers to take it back.
import { useQueryClient } from '@tanstack/vue-query';

import { removeEverywhere } from './cache.ts';
import { useToasts } from './toasts.ts';
import { written } from './writes.ts';

export interface Undoable {
  /** Said once it is done, as `3 people deleted`. */
  done: string;
  run: () => Promise<unknown>;
  undo: () => Promise<unknown>;
  /** Records that leave every list at once. They come back when it fails or is undone. */
  removes?: readonly string[];
}

/** `const undoable = useUndoable()`, then `undoable({ done: 'Note deleted', run: () => api.delete(…), undo: () => api.post(… restore), removes: [id] })`. */
export function useUndoable(): (thing: Undoable) => Promise<boolean> {
  const client = useQueryClient();
  const toasts = useToasts();
  const refresh = () => client.invalidateQueries();

  async function takeBack(thing: Undoable): Promise<void> {
    try {
      await thing.undo();
      toasts.show({ title: 'Undone' });
    } catch (error) {
      toasts.fail(error);
    }
    await refresh();
  }

  return async (thing) => {
    if (thing.removes) await client.cancelQueries({ queryKey: ['list'] });
    const putBack = thing.removes ? removeEverywhere(client, thing.removes) : undefined;
    try {
      await written();
      await thing.run();
    } catch (error) {
      putBack?.();
      toasts.fail(error);
      return false;
    }
    toasts.show({ title: thing.done, duration: 10_000, action: { label: 'Undo', run: () => void takeBack(thing) } });
    void refresh();
    return true;
  };
}
