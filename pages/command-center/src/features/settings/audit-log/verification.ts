// Checks the whole log, piece by piece, as the API looks at a number of entries at a time.
import { ref } from 'vue';

import { api, useAction } from '@/api';
import type { Schema } from '@/api';

export interface Found {
  checked: number;
  problems: Schema<'AuditProblem'>[];
  isComplete: boolean;
  head: Schema<'AuditLogEnd'> | null;
}

export function useVerification() {
  const found = ref<Found>();

  const verification = useAction(async (known: Schema<'AuditLogEnd'> | null) => {
    found.value = { checked: 0, problems: [], isComplete: false, head: null };
    let from: number | null = null;
    for (;;) {
      const { data }: { data: Schema<'AuditReport'> } = await api.post('/api/v1/audit-log/verify', {
        body: { from_sequence: from, known },
      });
      found.value = {
        checked: found.value.checked + data.checked,
        problems: [...found.value.problems, ...data.problems],
        isComplete: data.complete,
        head: data.head ?? found.value.head,
      };
      // A log that leads nowhere is not asked forever.
      if (data.complete || data.next_sequence <= (from ?? 0)) return found.value;
      from = data.next_sequence;
    }
  });

  return { ...verification, found };
}

/** What is written down of the log's end, as `4711:8f2c…`. Undefined when it cannot be that. */
export function readEnd(text: string): Schema<'AuditLogEnd'> | undefined {
  const [, sequence, hash] = /^\s*(\d{1,16})\s*:\s*(\S{1,68})\s*$/.exec(text) ?? [];
  return sequence && hash ? { sequence: Number(sequence), hash } : undefined;
}
