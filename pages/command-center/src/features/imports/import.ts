// An import and where it is.
import type { Schema } from '@/api';

export type Import = Schema<'Import'>;

const BUSY: readonly Import['status'][] = ['converting', 'checking', 'running', 'finishing'];

/** Whether it goes on by itself, so that it is worth asking again. */
export const isBusy = (status: Import['status']): boolean => BUSY.includes(status);

export const contents = [
  { value: 'businesses', label: 'Businesses', hint: 'Each with one contact, if the file has one.' },
  { value: 'people', label: 'People', hint: 'At businesses that are here already.' },
];

export const knownChoices = [
  { value: 'update', label: 'Update it', hint: 'What the file says replaces what is here. An empty cell replaces nothing.' },
  { value: 'fill', label: 'Fill what is empty', hint: 'What is here already stays.' },
  { value: 'leave', label: 'Leave it', hint: 'Only new records are made.' },
];

/** `1 h 5 min`, `40 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return [`${Math.floor(minutes / 60)} h`, ...(minutes % 60 ? [`${minutes % 60} min`] : [])].join(' ');
}

/** How far it is, from 0 to 1: by rows when they were counted, else by bytes. */
export function shareOf(one: Pick<Import, 'rows_done' | 'rows_total' | 'bytes_done' | 'bytes_total'>): number {
  const [done, total] = one.rows_total ? [one.rows_done, one.rows_total] : [one.bytes_done, one.bytes_total];
  return total > 0 ? Math.min(1, done / total) : 0;
}
