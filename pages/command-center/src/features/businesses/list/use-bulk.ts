// Does what `bulk.ts` says: to rows that are chosen, with a way back, or to all that the filters match, after asking.
import { ref } from 'vue';

import { api, useRefresh, useToasts, useUndoable } from '@/api';
import { count } from '@/lib/words.ts';

import type { Business } from '../business.ts';
import { bodiesOf, undoingOf } from './bulk.ts';
import type { BulkBody, BulkFilter, Change } from './bulk.ts';

const named = (number: number) => count(number, 'business', 'businesses');

async function send(bodies: readonly BulkBody[]): Promise<void> {
  for (const body of bodies) await api.post('/api/v1/businesses/bulk', { body });
}

export function useBulk() {
  const undoable = useUndoable();
  const refresh = useRefresh();
  const toasts = useToasts();
  /** How many have been looked at, while all that match are changed. */
  const done = ref<number>();

  function change(rows: readonly Business[], given: Change, doneWords: (who: string) => string): Promise<boolean> {
    const ids = rows.map((row) => row.id);
    const [only] = rows;
    return undoable({
      done: doneWords(rows.length === 1 && only ? only.name : named(rows.length)),
      run: () => send(bodiesOf(ids, given)),
      undo: () => send(undoingOf(rows, given)),
      ...(given.action === 'delete' || given.action === 'restore' ? { removes: ids } : {}),
    });
  }

  async function changeAll(filter: BulkFilter, given: Change, doneWords: (who: string) => string): Promise<boolean> {
    let changed = 0;
    let cursor: string | null = null;
    done.value = 0;
    try {
      do {
        const body: BulkBody = { filter, ...given, ...(cursor ? { cursor } : {}) };
        const answer: { data: { matched: number; changed: number; next_cursor: string | null } } = await api.post(
          '/api/v1/businesses/bulk',
          { body },
        );
        changed += answer.data.changed;
        done.value += answer.data.matched;
        cursor = answer.data.next_cursor;
      } while (cursor);
      toasts.show({ tone: 'success', title: doneWords(named(changed)) });
      return true;
    } catch (error) {
      toasts.fail(error);
      return false;
    } finally {
      done.value = undefined;
      await refresh('/api/v1/businesses');
    }
  }

  return { change, changeAll, done };
}
