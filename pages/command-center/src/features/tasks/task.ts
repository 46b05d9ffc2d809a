import type { Schema } from '@/api';
import type { Tone } from '@/design';
import { words } from '@/lib/words.ts';

export type Task = Schema<'TaskOut'>;
export type Status = Task['status'];
export type Priority = Task['priority'];

export const statuses: { value: Status; label: string }[] = [
  { value: 'pending', label: 'To do' },
  { value: 'in_progress', label: 'In progress' },
  { value: 'completed', label: 'Completed' },
  { value: 'cancelled', label: 'Cancelled' },
];
export const statusLabel = (status: Status) => statuses.find(({ value }) => value === status)?.label ?? words(status);

export const priorities: { value: Priority; label: string }[] = [
  { value: 'urgent', label: 'Urgent' },
  { value: 'high', label: 'High' },
  { value: 'medium', label: 'Medium' },
  { value: 'low', label: 'Low' },
];
export const priorityTone: Record<Priority, Tone> = { urgent: 'danger', high: 'warning', medium: 'neutral', low: 'neutral' };

export const types = (
  ['follow_up', 'demo', 'onboarding', 'support', 'review', 'ai_config', 'content', 'other'] as const satisfies readonly Task['type'][]
).map((value) => ({ value, label: value === 'ai_config' ? 'AI setup' : words(value) }));
export const typeLabel = (type: Task['type']) => types.find(({ value }) => value === type)?.label ?? words(type);

export const isOpen = (task: Pick<Task, 'status'>) => task.status === 'pending' || task.status === 'in_progress';
export const isSnoozed = (task: Pick<Task, 'snoozed_until' | 'status'>, now: number) =>
  isOpen(task) && task.snoozed_until !== null && new Date(task.snoozed_until).getTime() > now;
export const isOverdue = (task: Pick<Task, 'due_at' | 'snoozed_until' | 'status'>, now: number) =>
  isOpen(task) && task.due_at !== null && new Date(task.due_at).getTime() < now && !isSnoozed(task, now);

/** Which tasks a list shows, as the API's filters. */
export const states = [
  { value: 'open', label: 'Open', query: { 'filter[open]': 'true' } },
  { value: 'overdue', label: 'Overdue', query: { 'filter[overdue]': 'true' } },
  { value: 'snoozed', label: 'Snoozed', query: { 'filter[snoozed]': 'true' } },
  { value: 'completed', label: 'Completed', query: { 'filter[status]': 'completed' } },
  { value: 'all', label: 'All', query: {} },
] as const;
export const stateQuery = (state: string): Record<string, string> => (states.find(({ value }) => value === state) ?? states[0]).query;
