// What is done with a task, each with its way back.
import { api, useEdit, useRefresh, useUndoable } from '@/api';

import type { Task } from './task.ts';

export function useTaskActions() {
  const undoable = useUndoable();
  const refresh = useRefresh();
  const { save } = useEdit('/api/v1/tasks/{id}');
  const at = (task: Task) => ({ params: { path: { id: task.id } } });
  const after = () => refresh('/api/v1/tasks', '/api/v1/businesses/{id}/activities');

  return {
    complete: (task: Task) =>
      undoable({
        done: `${task.title}: done`,
        run: () => api.post('/api/v1/tasks/{id}/complete', { ...at(task), body: {} }),
        undo: () => api.post('/api/v1/tasks/{id}/reopen', at(task)),
        removes: [task.id],
      }),
    reopen: (task: Task) =>
      undoable({
        done: `${task.title}: open again`,
        run: () => api.post('/api/v1/tasks/{id}/reopen', at(task)),
        undo: () => api.post('/api/v1/tasks/{id}/complete', { ...at(task), body: { outcome: task.outcome } }),
        removes: [task.id],
      }),
    snooze: (task: Task, until: string, words: string) =>
      undoable({
        done: `${task.title}: put off until ${words.toLowerCase()}`,
        run: () => api.post('/api/v1/tasks/{id}/snooze', { ...at(task), body: { until } }),
        undo: () => api.patch('/api/v1/tasks/{id}', { ...at(task), body: { snoozed_until: task.snoozed_until } }),
      }),
    wake: (task: Task) => save(task, { snoozed_until: null }, { done: 'No longer put off' }).then(after),
    remove: (task: Task) =>
      undoable({
        done: `${task.title} deleted`,
        run: () => api.delete('/api/v1/tasks/{id}', at(task)),
        undo: () => api.post('/api/v1/tasks/{id}/restore', at(task)),
        removes: [task.id],
      }),
    change: (task: Task, changes: Parameters<typeof save>[1], label: string) =>
      save(task, changes, { done: `${label} changed` }).then(after),
  };
}
