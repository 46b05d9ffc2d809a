// Changes that met somebody else's. One at a time is shown (`layout/ConflictDialog.vue`).
import { shallowRef } from 'vue';

export interface ConflictField {
  name: string;
  before: unknown;
  theirs: unknown;
  /** Undefined when only they changed it. */
  mine: unknown;
}

export interface Conflict {
  fields: ConflictField[];
  keepTheirs: () => void;
  saveMine: () => void;
}

const current = shallowRef<Conflict>();

export function useConflicts() {
  return {
    current,
    show: (conflict: Conflict) => {
      current.value = conflict;
    },
    close: () => {
      current.value = undefined;
    },
  };
}
