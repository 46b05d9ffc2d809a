// What the API says of two versions, as it is shown.
import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';

import type { FieldChange, StepChange } from '../editor/changes.ts';
import { conditionWords, windowWords } from '../sequence.ts';
import type { Conditions, SendWindow } from '../sequence.ts';

const NAMES: Record<string, string> = {
  day_offset: 'Day',
  template_id: 'Template',
  subject: 'Subject',
  preview_text: 'Preview text',
  landing_page: 'Landing page',
  channel: 'Channel',
  send_window: 'Send window',
  conditions: 'Conditions',
  enrolments_under_way: 'People under way',
};
const UNDER_WAY: Record<string, string> = { finish: 'finish on their own version', move: 'go on with this one' };

function written(field: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (field === 'send_window') return windowWords(value as SendWindow);
  if (field === 'conditions') return conditionWords(value as Conditions).join('. ');
  if (field === 'enrolments_under_way') return UNDER_WAY[String(value)] ?? String(value);
  if (field === 'channel') return words(String(value));
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

export const fieldChange = (change: Schema<'FieldChange'>): FieldChange => ({
  field: NAMES[change.field] ?? words(change.field),
  before: written(change.field, change.before),
  after: written(change.field, change.after),
});

export function stepChanges(found: Schema<'VersionChanges'>): StepChange[] {
  const whole = (kind: 'added' | 'removed') => (step: Schema<'Step'>) => ({
    name: step.campaign_id,
    kind,
    day: step.day_offset,
    fields: [],
  });
  const both = found.steps.map((step): StepChange => {
    const fields = step.changed.map(fieldChange);
    if (step.is_moved) fields.unshift({ field: 'Place', before: `step ${step.step_number_before}`, after: `step ${step.step_number}` });
    const isMoved = step.changed.every((change) => change.field === 'day_offset');
    return { name: step.campaign_id, kind: isMoved ? 'moved' : 'changed', day: 0, fields };
  });
  return [...found.added.map(whole('added')), ...both, ...found.removed.map(whole('removed'))];
}
