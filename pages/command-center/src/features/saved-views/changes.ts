// Saving, changing and deleting views.
import { useQueryClient } from '@tanstack/vue-query';

import { api, useRefresh, useToasts, useUndoable } from '@/api';
import type { Schema } from '@/api';

import type { View, ViewQuery } from './view.ts';

export function useViewChanges() {
  const refresh = useRefresh();
  const toasts = useToasts();
  const undoable = useUndoable();
  const client = useQueryClient();
  const at = (view: View) => ({ params: { path: { id: view.id } } });
  const again = async () => {
    await refresh('/api/v1/views');
    await client.invalidateQueries({ queryKey: ['record', '/api/v1/views'] });
  };

  async function change(view: View, changes: Schema<'ViewPatch'>, done: string): Promise<boolean> {
    const before = { name: view.name, query: view.query, is_shared: view.is_shared };
    const back = Object.fromEntries(Object.keys(changes).map((field) => [field, before[field as keyof typeof before]]));
    const isDone = await undoable({
      done,
      run: () => api.patch('/api/v1/views/{id}', { ...at(view), body: changes }),
      undo: () => api.patch('/api/v1/views/{id}', { ...at(view), body: back }),
    });
    await again();
    return isDone;
  }

  return {
    add: async (given: Schema<'ViewIn'>): Promise<View> => {
      const { data } = await api.post('/api/v1/views', { body: given });
      toasts.show({ tone: 'success', title: `${data.name} saved` });
      await again();
      return data;
    },
    rename: (view: View, name: string) => change(view, { name }, 'View renamed'),
    share: (view: View, isShared: boolean) =>
      change(view, { is_shared: isShared }, isShared ? `${view.name} is shared` : `${view.name} is yours alone`),
    update: (view: View, query: ViewQuery) => change(view, { query }, `${view.name} saved`),
    remove: (view: View) => {
      const { name, page, query, is_shared, position } = view;
      return undoable({
        done: `${name} deleted`,
        run: () => api.delete('/api/v1/views/{id}', at(view)),
        // It comes back as a new one of one's own: nothing hangs on its id.
        undo: () => api.post('/api/v1/views', { body: { name, page, query, is_shared, position } }),
      });
    },
  };
}
