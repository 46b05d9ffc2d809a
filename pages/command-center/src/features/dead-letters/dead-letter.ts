import type { Schema } from '@/api';

export type DeadLetter = Schema<'DeadLetter'>;

export const statuses = [
  { value: 'open', label: 'Open' },
  { value: 'replayed', label: 'Processed again' },
  { value: 'discarded', label: 'Let go' },
] as const satisfies readonly { value: DeadLetter['status']; label: string }[];

const QUEUES: Record<DeadLetter['queue'], string> = {
  sends: 'Sending',
  tracking: 'Tracking',
  audit: 'Audit log',
  imports: 'Imports and exports',
  content: 'Content sync',
};
export const queues = Object.entries(QUEUES).map(([value, label]) => ({ value, label }));
export const queueWords = (queue: DeadLetter['queue']): string => QUEUES[queue] ?? queue;

/** The message as something to read: laid out when it is JSON, as it came otherwise. */
export function readable(message: string): string {
  try {
    return JSON.stringify(JSON.parse(message), null, 2);
  } catch {
    return message;
  }
}
