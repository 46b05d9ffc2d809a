// Deleting people, with a way back.
import { api, useUndoable } from '@/api';
import { count } from '@/lib/words.ts';

import { nameOf } from './person.ts';
import type { Person } from './person.ts';

export function useRemoval(): (people: readonly Person[]) => Promise<boolean> {
  const undoable = useUndoable();
  return (people) => {
    const ids = people.map((person) => person.id);
    const change = (action: 'delete' | 'restore') =>
      Promise.all(batches(ids).map((some) => api.post('/api/v1/people/bulk', { body: { ids: some, action } })));
    const [only] = people;
    return undoable({
      done: people.length === 1 && only ? `${nameOf(only)} deleted` : `${count(ids.length, 'person', 'people')} deleted`,
      run: () => change('delete'),
      undo: () => change('restore'),
      removes: ids,
    });
  };
}

/** A call takes up to 1,000. */
function batches(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / 1000) }, (_, index) => ids.slice(index * 1000, (index + 1) * 1000));
}
