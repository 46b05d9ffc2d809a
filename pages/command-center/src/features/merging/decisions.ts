// Pairs that are the same or are not: dismiss, reopen, merge, undo.
import { api, useRefresh, useToasts, useUndoable } from '@/api';
import type { Schema } from '@/api';

import type { What } from './likeness.ts';

export function useDismissal() {
  const undoable = useUndoable();
  const at = (id: string) => ({ params: { path: { id } } });
  const dismiss = (id: string) => api.post('/api/v1/duplicates/{id}/dismiss', at(id));
  const reopen = (id: string) => api.post('/api/v1/duplicates/{id}/reopen', at(id));
  return {
    dismiss: (id: string) => undoable({ done: 'Not the same: noted', run: () => dismiss(id), undo: () => reopen(id), removes: [id] }),
    reopen: (id: string) => undoable({ done: 'Back among the duplicates', run: () => reopen(id), undo: () => dismiss(id), removes: [id] }),
  };
}

export interface MergeGiven {
  what: What;
  id: string;
  body: Schema<'BusinessMergeIn'>;
}

export function previewMerge({ what, id, body }: MergeGiven, signal?: AbortSignal) {
  const given = { params: { path: { id } }, body, ...(signal ? { signal } : {}) };
  return what === 'people'
    ? api.post('/api/v1/people/{id}/merge/preview', given)
    : api.post('/api/v1/businesses/{id}/merge/preview', given);
}

export function mergeRecords({ what, id, body }: MergeGiven) {
  const given = { params: { path: { id } }, body };
  return what === 'people' ? api.post('/api/v1/people/{id}/merge', given) : api.post('/api/v1/businesses/{id}/merge', given);
}

export function useMergeUndo() {
  const toasts = useToasts();
  const refresh = useRefresh();

  async function undo(id: string): Promise<boolean> {
    try {
      await api.post('/api/v1/merges/{id}/undo', { params: { path: { id } } });
      toasts.show({ title: 'Both records are back', description: 'What came since stays with the one that was kept.' });
      return true;
    } catch (error) {
      toasts.fail(error);
      return false;
    } finally {
      await refresh(
        '/api/v1/merges',
        '/api/v1/duplicates',
        '/api/v1/businesses',
        '/api/v1/people',
        '/api/v1/businesses/{id}',
        '/api/v1/people/{id}',
        '/api/v1/businesses/{id}/activities',
        '/api/v1/businesses/{id}/duplicates',
        '/api/v1/people/{id}/duplicates',
      );
    }
  }
  return { undo };
}
