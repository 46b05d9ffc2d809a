// What is done to tasks: each at once on the page, then at the API, and with a way back.
import { useQueryClient } from '@tanstack/vue-query';

import { api, useToasts, useUndoable } from '@/api';
import { patchEverywhere } from '@/api/cache.ts';
import { LISTS, RECORDS } from '@/api/keys.ts';
import { count } from '@/lib/words.ts';

import { isOpen, statusLabel } from './task.ts';
import type { Priority, Status, Task } from './task.ts';

export function useTaskChanges() {
  const client = useQueryClient();
  const toasts = useToasts();
  const undoable = useUndoable();
  const params = (id: string) => ({ params: { path: { id } } });

  async function refresh(): Promise<void> {
    await Promise.all([
      client.invalidateQueries({ queryKey: [...LISTS, '/api/v1/tasks'] }),
      client.invalidateQueries({ queryKey: [...RECORDS, '/api/v1/tasks/{id}'] }),
    ]);
  }

  /** From completed or cancelled it is reopened first: the API changes nothing of a closed task. */
  async function sendStatus(task: Task, to: Status, outcome: string | null): Promise<void> {
    if (!isOpen(task)) await api.post('/api/v1/tasks/{id}/reopen', params(task.id));
    if (to === 'completed') await api.post('/api/v1/tasks/{id}/complete', { ...params(task.id), body: { outcome } });
    else if (to !== 'pending' || isOpen(task)) await api.patch('/api/v1/tasks/{id}', { ...params(task.id), body: { status: to } });
  }

  async function setStatus(task: Task, to: Status, outcome: string | null = null, isUndo = false): Promise<boolean> {
    if (task.status === to) return true;
    await client.cancelQueries({ queryKey: [...LISTS, '/api/v1/tasks'] });
    const putBack = patchEverywhere(client, task.id, { status: to });
    try {
      await sendStatus(task, to, outcome);
    } catch (error) {
      putBack();
      toasts.fail(error);
      return false;
    } finally {
      void refresh();
    }
    toasts.show(
      isUndo
        ? { title: 'Undone' }
        : {
            title: to === 'completed' ? `“${task.title}” completed` : `“${task.title}” is ${statusLabel(to).toLowerCase()}`,
            duration: 10_000,
            action: { label: 'Undo', run: () => void setStatus({ ...task, status: to }, task.status, task.outcome, true) },
          },
    );
    return true;
  }

  const snooze = (task: Task, until: string, label: string) =>
    undoable({
      done: `“${task.title}” snoozed: ${label.toLowerCase()}`,
      run: () => api.post('/api/v1/tasks/{id}/snooze', { ...params(task.id), body: { until } }),
      undo: () => api.patch('/api/v1/tasks/{id}', { ...params(task.id), body: { snoozed_until: task.snoozed_until } }),
    });

  const wake = (task: Task) =>
    undoable({
      done: `“${task.title}” is due again`,
      run: () => api.patch('/api/v1/tasks/{id}', { ...params(task.id), body: { snoozed_until: null } }),
      undo: () => api.patch('/api/v1/tasks/{id}', { ...params(task.id), body: { snoozed_until: task.snoozed_until } }),
    });

  function remove(tasks: readonly Task[]): Promise<boolean> {
    const ids = tasks.map((task) => task.id);
    const [only] = tasks;
    return undoable({
      done: tasks.length === 1 && only ? `“${only.title}” deleted` : `${count(ids.length, 'task')} deleted`,
      run: () => api.post('/api/v1/tasks/bulk', { body: { ids, action: 'delete' } }),
      undo: () => api.post('/api/v1/tasks/bulk', { body: { ids, action: 'restore' } }),
      removes: ids,
    });
  }

  function completeAll(tasks: readonly Task[]): Promise<boolean> {
    const open = tasks.filter(isOpen);
    return undoable({
      done: `${count(open.length, 'task')} completed`,
      run: () => api.post('/api/v1/tasks/bulk', { body: { ids: open.map((task) => task.id), action: 'complete' } }),
      undo: async () => {
        for (const task of open) await sendStatus({ ...task, status: 'completed' }, task.status, null);
      },
    });
  }

  function setPriority(tasks: readonly Task[], priority: Priority): Promise<boolean> {
    const changed = tasks.filter((task) => task.priority !== priority);
    return undoable({
      done: `Priority of ${count(tasks.length, 'task')} is ${priority}`,
      run: () => api.post('/api/v1/tasks/bulk', { body: { ids: tasks.map((task) => task.id), action: 'change_priority', priority } }),
      undo: async () => {
        for (const task of changed) await api.patch('/api/v1/tasks/{id}', { ...params(task.id), body: { priority: task.priority } });
      },
    });
  }

  function snoozeAll(tasks: readonly Task[], until: string): Promise<boolean> {
    const open = tasks.filter(isOpen);
    return undoable({
      done: `${count(open.length, 'task')} snoozed`,
      run: () => api.post('/api/v1/tasks/bulk', { body: { ids: open.map((task) => task.id), action: 'snooze', snoozed_until: until } }),
      undo: async () => {
        for (const task of open) await api.patch('/api/v1/tasks/{id}', { ...params(task.id), body: { snoozed_until: task.snoozed_until } });
      },
    });
  }

  return { setStatus, snooze, wake, remove, completeAll, setPriority, snoozeAll, refresh };
}
