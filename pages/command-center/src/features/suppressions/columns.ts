import type { Column } from '@/design';
import { words } from '@/lib/words.ts';

import type { Suppression } from './suppression.ts';

export const columns: Column<Suppression>[] = [
  { id: 'address', label: 'Address', width: 220, grow: 1.4, isFixed: true, text: (row) => row.address },
  { id: 'reason', label: 'Reason', width: 140, grow: 0.7 },
  { id: 'note', label: 'Note', width: 180, grow: 1.6, text: (row) => row.note },
  { id: 'channel', label: 'Channel', width: 90, grow: 0.5, isHidden: true, text: (row) => words(row.channel) },
  { id: 'created_at', label: 'Since', width: 130, grow: 0.6 },
];
