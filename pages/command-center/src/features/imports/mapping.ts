// Which column is which field: kept on the page, and saved a moment after each change.
import { useDebounceFn } from '@vueuse/core';
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue';

import { ApiError, api, problemOf } from '@/api';
import type { Schema } from '@/api';

import { twice } from './fields.ts';
import type { Import } from './import.ts';

const PAUSE_MS = 500;

export function useMapping(one: Import, onSaved: (saved: Import) => void) {
  const draft = reactive<Required<Schema<'MappingIn'>>>({
    columns: { ...one.mapping.columns },
    defaults: { ...one.mapping.defaults },
    tags: [...one.mapping.tags],
    known: one.mapping.known,
  });
  const isChanged = ref(false);
  const error = shallowRef<unknown>();
  let saving: Promise<boolean> = Promise.resolve(true);
  const repeated = computed(() => twice(draft.columns));

  async function save(): Promise<boolean> {
    // One after the other: the last one said is the one that stays.
    saving = saving.then(async () => {
      if (!isChanged.value) return error.value === undefined;
      isChanged.value = false;
      try {
        const { data } = await api.put('/api/v1/imports/{id}/mapping', { params: { path: { id: one.id } }, body: cleaned(draft) });
        error.value = undefined;
        onSaved(data);
        return true;
      } catch (caught) {
        error.value = caught;
        isChanged.value = true;
        return false;
      }
    });
    return saving;
  }

  const isComplete = computed(() => Object.keys(draft.columns).length > 0 && repeated.value.length === 0);
  const soon = useDebounceFn(() => isComplete.value && !isEditingDefaults.value && void save(), PAUSE_MS);
  /** A default without a field or a value is not finished yet. */
  const isEditingDefaults = computed(() => Object.entries(draft.defaults).some(([field, value]) => field === '' || value.trim() === ''));

  function change(): void {
    isChanged.value = true;
    void soon();
  }
  function setDefaults(defaults: Record<string, string>): void {
    draft.defaults = defaults;
    change();
  }

  // Whoever goes away meant what they chose.
  onScopeDispose(() => void (isChanged.value && isComplete.value && save()));

  return {
    draft,
    change,
    setDefaults,
    save,
    repeated,
    isComplete,
    isChanged,
    problem: computed(() => (error.value === undefined ? undefined : problemOf(error.value))),
    /** Complaints by where they are: `columns.Mail`, `defaults.community_id`, `tags[0]`. */
    complaints: computed(() => (error.value instanceof ApiError ? error.value.details : [])),
  };
}

function cleaned(draft: Required<Schema<'MappingIn'>>): Schema<'MappingIn'> {
  const defaults = Object.fromEntries(Object.entries(draft.defaults).filter(([field, value]) => field !== '' && value.trim() !== ''));
  return { ...draft, columns: { ...draft.columns }, defaults };
}
