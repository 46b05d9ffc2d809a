// The template as somebody would get it, while it is written.
import { hashKey, keepPreviousData, useQuery } from '@tanstack/vue-query';
import { refDebounced } from '@vueuse/core';
import { computed } from 'vue';
import type { ComputedRef } from 'vue';

import { api } from '@/api';
import type { Schema } from '@/api';

import type { TemplateForm } from '../editor/form.ts';

/** How long the typing rests before it is asked. */
const REST_MS = 350;

export function draftOf(form: TemplateForm): Schema<'TemplateDraft'> {
  const { subject, preview_text, body_html, body_text, layout, purpose } = form;
  return { subject, preview_text: preview_text ?? '', body_html, body_text, layout, purpose };
}

interface Given {
  id: string;
  form: TemplateForm;
  person: string | undefined;
  isReady: boolean;
  /** Whether it may be written: whoever may not sees it as it is kept. */
  isDraft: boolean;
}
const questionOf = ({ id, person, form, isDraft }: Given) => [id, person, isDraft ? draftOf(form) : undefined] as const;

export function usePreview(given: ComputedRef<Given>) {
  const calm = refDebounced(given, REST_MS);
  const asked = computed(() => questionOf(calm.value));
  const found = useQuery({
    queryKey: computed(() => ['template-preview', ...asked.value] as const),
    enabled: computed(() => calm.value.isReady),
    queryFn: async ({ signal }) => {
      const [id, person, template] = questionOf(calm.value);
      const body = { ...(template ? { template } : {}), ...(person ? { person_id: person } : {}) };
      return (await api.post('/api/v1/templates/{id}/preview', { params: { path: { id } }, body, signal })).data;
    },
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
  return {
    preview: computed(() => found.data.value),
    problems: computed(() => found.data.value?.problems ?? []),
    error: computed(() => found.error.value),
    isChecking: computed(() => found.isFetching.value || hashKey(asked.value) !== hashKey(questionOf(given.value))),
    refetch: () => void found.refetch(),
  };
}
