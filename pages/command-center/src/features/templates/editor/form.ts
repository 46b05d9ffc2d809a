// What a template says while it is written: kept in this tab until it is saved or discarded.
import { computed, ref, watch } from 'vue';
import type { ComputedRef, Ref } from 'vue';

import type { Template, TemplateIn } from '../template.ts';

export type TemplateForm = Required<TemplateIn>;

export const emptyForm = (): TemplateForm => ({
  name: '',
  subject: '',
  preview_text: null,
  body_html: '',
  body_text: null,
  layout: 'base',
  purpose: 'marketing',
  category: null,
  is_active: true,
});

export const formOf = (template: Template): TemplateForm => ({
  name: template.name,
  subject: template.subject,
  preview_text: template.preview_text,
  body_html: template.body_html,
  body_text: template.body_text,
  layout: template.layout,
  purpose: template.purpose,
  category: template.category,
  is_active: template.is_active,
});

export interface FormState {
  form: Ref<TemplateForm>;
  isChanged: ComputedRef<boolean>;
  set: (changes: Partial<TemplateForm>) => void;
  /** Begins with what is saved. Changes to the same revision that this tab kept come back. */
  begin: (name: string, saved: TemplateForm) => void;
  discard: () => void;
  /** What is written now is what is saved now. */
  settle: () => void;
}

export function useTemplateForm(): FormState {
  const form = ref(emptyForm());
  const base = ref(emptyForm());
  let keptAs: string | undefined;
  const isChanged = computed(() => JSON.stringify(form.value) !== JSON.stringify(base.value));

  watch([form, isChanged], () => {
    if (!keptAs) return;
    if (isChanged.value) sessionStorage.setItem(keptAs, JSON.stringify(form.value));
    else sessionStorage.removeItem(keptAs);
  });

  return {
    form,
    isChanged,
    set: (changes) => (form.value = { ...form.value, ...changes }),
    begin: (name, saved) => {
      keptAs = `template-draft:${name}`;
      base.value = saved;
      form.value = kept(keptAs) ?? saved;
    },
    discard: () => (form.value = base.value),
    settle: () => {
      if (keptAs) sessionStorage.removeItem(keptAs);
      base.value = form.value;
    },
  };
}

function kept(name: string): TemplateForm | undefined {
  const text = sessionStorage.getItem(name);
  if (!text) return undefined;
  try {
    return { ...emptyForm(), ...(JSON.parse(text) as Partial<TemplateForm>) };
  } catch {
    return undefined;
  }
}
