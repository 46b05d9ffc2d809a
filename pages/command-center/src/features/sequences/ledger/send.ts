import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';

export type Send = Schema<'Send'>;
export type Sums = Schema<'Sums'>;

export const sendStatuses = (['pending', 'sent', 'skipped', 'failed', 'unknown'] as const satisfies readonly Send['status'][]).map(
  (value) => ({ value, label: words(value) }),
);

export interface SendEvent {
  id: string;
  at: string;
  title: string;
  detail?: string;
}
