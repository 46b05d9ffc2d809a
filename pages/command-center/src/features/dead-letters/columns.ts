import type { Column } from '@/design';

import { queueWords } from './dead-letter.ts';
import type { DeadLetter } from './dead-letter.ts';

export const columns: Column<DeadLetter>[] = [
  { id: 'what', label: 'Message', width: 220, grow: 1.2, isFixed: true },
  { id: 'queue', label: 'From', width: 130, grow: 0.6, text: (letter) => queueWords(letter.queue) },
  { id: 'reason', label: 'Why it is here', width: 260, grow: 2, text: (letter) => letter.reason },
  { id: 'attempts', label: 'Times', width: 70, grow: 0.3, align: 'end', text: (letter) => letter.attempts },
  { id: 'first_seen_at', label: 'First', width: 120, grow: 0.6, isHidden: true },
  { id: 'last_seen_at', label: 'Last', width: 120, grow: 0.6 },
];
