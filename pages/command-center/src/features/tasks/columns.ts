import type { Column } from '@/design';

import { typeLabel } from './task.ts';
import type { Task } from './task.ts';

export const columns: Column<Task>[] = [
  { id: 'title', label: 'Task', width: 260, grow: 2, isFixed: true },
  { id: 'business', label: 'Business', width: 160, text: (task) => task.business?.name },
  { id: 'due_at', label: 'Due', sort: 'due_at', width: 176, grow: 0.7 },
  { id: 'priority', label: 'Priority', sort: 'priority', width: 100, grow: 0.5 },
  { id: 'status', label: 'Status', width: 120, grow: 0.6 },
  { id: 'assigned_to', label: 'Assigned to', width: 140, grow: 0.8 },
  { id: 'type', label: 'Type', width: 110, grow: 0.6, isHidden: true, text: (task) => typeLabel(task.type) },
  { id: 'outcome', label: 'Outcome', width: 180, isHidden: true, text: (task) => task.outcome },
  { id: 'created_at', label: 'Added', sort: 'created_at', width: 120, grow: 0.5, isHidden: true },
  { id: 'updated_at', label: 'Changed', sort: 'updated_at', width: 120, grow: 0.5, isHidden: true },
];
