import type { Schema } from '@/api/client.ts';
import type { Tone } from '@/design';
import { words } from '@/lib/words.ts';

export type Task = Schema<'TaskOut'>;
export type Priority = Schema<'TaskPriority'>;

export const priorities = (['urgent', 'high', 'medium', 'low'] as const satisfies readonly Priority[]).map((value) => ({
  value,
  label: words(value),
}));
export const taskTypes = (
  ['follow_up', 'demo', 'onboarding', 'support', 'review', 'ai_config', 'content', 'other'] as const satisfies readonly Schema<'TaskType'>[]
).map((value) => ({ value, label: value === 'ai_config' ? 'AI configuration' : words(value) }));
export const toneOfPriority: Record<Priority, Tone> = { urgent: 'danger', high: 'warning', medium: 'neutral', low: 'neutral' };

export const isOpen = (task: Task): boolean => task.status === 'pending' || task.status === 'in_progress';
export const isSnoozed = (task: Task, now: number): boolean => task.snoozed_until !== null && Date.parse(task.snoozed_until) > now;
export const isOverdue = (task: Task, now: number): boolean =>
  isOpen(task) && !isSnoozed(task, now) && task.due_at !== null && Date.parse(task.due_at) < now;
