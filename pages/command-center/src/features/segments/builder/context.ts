// What every part of the builder needs to know, however deep it stands.
import { computed, inject, provide } from 'vue';
import type { ComputedRef, InjectionKey } from 'vue';

import { useRecord } from '@/api';
import type { RecordQuery, Schema } from '@/api';

import type { What } from '../segment.ts';

export type Field = Schema<'SegmentField'>;

export interface BuilderContext {
  what: ComputedRef<What>;
  fields: RecordQuery<Field[]>;
  fieldOf: (name: string | null) => Field | undefined;
  /** Whether what is unfinished is marked, as after saving was tried. */
  isMarked: ComputedRef<boolean>;
  isReadonly: ComputedRef<boolean>;
  /** Whether there is room for another condition. */
  hasRoom: ComputedRef<boolean>;
}

const KEY: InjectionKey<BuilderContext> = Symbol('segment builder');

export function provideBuilder(given: {
  what: () => What;
  isMarked: () => boolean;
  isReadonly: () => boolean;
  hasRoom: () => boolean;
}): BuilderContext {
  const fields = useRecord('/api/v1/segment-fields', () => ({ query: { what: given.what() } }));
  const byName = computed(() => new Map((fields.record.value ?? []).map((field) => [field.name, field])));
  const context: BuilderContext = {
    what: computed(given.what),
    fields,
    fieldOf: (name) => (name === null ? undefined : byName.value.get(name)),
    isMarked: computed(given.isMarked),
    isReadonly: computed(given.isReadonly),
    hasRoom: computed(given.hasRoom),
  };
  provide(KEY, context);
  return context;
}

export function useBuilder(): BuilderContext {
  const context = inject(KEY);
  if (!context) throw new Error('a condition stands outside a builder');
  return context;
}
