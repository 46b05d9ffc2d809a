import type { Column } from '@/design';
import { reasonWords } from '@/features/sends/reasons.ts';
import { reaction } from '@/features/sends/send.ts';
import type { Send } from '@/features/sends/send.ts';
import { words } from '@/lib/words.ts';

export const columns: Column<Send>[] = [
  { id: 'person', label: 'To', width: 170, grow: 1.1, isFixed: true },
  { id: 'status', label: 'Status', width: 130, grow: 0.5 },
  { id: 'sequence', label: 'Sequence', width: 220, grow: 1.5 },
  { id: 'step', label: 'Step', width: 70, grow: 0.3, align: 'end', text: (send) => send.step_number },
  { id: 'planned_at', label: 'Planned', width: 120, grow: 0.6 },
  { id: 'sent_at', label: 'Sent', width: 120, grow: 0.6 },
  { id: 'reaction', label: 'What came of it', width: 150, grow: 0.6, text: reaction },
  {
    id: 'reason',
    label: 'Reason',
    width: 180,
    grow: 1.2,
    text: (send) => (send.failure_reason ? reasonWords(send.failure_reason) : undefined),
  },
  { id: 'due_at', label: 'Due', width: 120, grow: 0.6, isHidden: true },
  { id: 'channel', label: 'Channel', width: 90, grow: 0.5, isHidden: true, text: (send) => words(send.channel) },
];
