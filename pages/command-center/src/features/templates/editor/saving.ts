// Saving a template, and what is to be decided when somebody else saved meanwhile.
import { useQueryClient } from '@tanstack/vue-query';
import { ref } from 'vue';

import { ApiError, api, useAction, useToasts } from '@/api';

import type { Template } from '../template.ts';
import type { TemplateForm } from './form.ts';

export class NameTaken extends Error {}

export interface Saved {
  template: Template;
  etag: string | null;
}

export function useSaving() {
  const client = useQueryClient();
  const toasts = useToasts();
  const hasConflict = ref(false);

  const saving = useAction(async (id: string, form: TemplateForm, etag: string | null, isNew: boolean): Promise<Saved> => {
    hasConflict.value = false;
    const params = { path: { id }, header: etag ? { 'If-Match': etag } : {} };
    if (isNew && (await exists(id))) throw new NameTaken(id);
    try {
      const { data, response } = await api.put('/api/v1/templates/{id}', { params, body: form });
      return { template: data, etag: response.headers.get('etag') };
    } catch (error) {
      hasConflict.value = error instanceof ApiError && error.code === 'changed_meanwhile';
      throw error;
    }
  });

  async function save(id: string, form: TemplateForm, etag: string | null, isNew: boolean): Promise<Saved | undefined> {
    const saved = await saving.run(id, form, etag, isNew);
    if (!saved) return undefined;
    toasts.show({ title: isNew ? 'Template created' : 'Template saved' });
    return saved;
  }

  /** Reads anew what shows templates. */
  async function refresh(): Promise<void> {
    await client.invalidateQueries({ queryKey: ['list', '/api/v1/templates'] });
    await client.invalidateQueries({ queryKey: ['record', '/api/v1/templates/{id}'] });
  }
  function reset(): void {
    hasConflict.value = false;
    saving.reset();
  }
  return {
    save,
    reset,
    refresh,
    hasConflict,
    isSaving: saving.isRunning,
    error: saving.error,
    problem: saving.problem,
    complaint: saving.complaint,
  };
}

/** A new template must not replace one that is there. */
async function exists(id: string): Promise<boolean> {
  try {
    await api.get('/api/v1/templates/{id}', { params: { path: { id } } });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
