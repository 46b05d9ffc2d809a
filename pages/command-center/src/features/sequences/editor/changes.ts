// What is different between two lists of steps, in words. A step is the same one as long as its name is.
import { count, words } from '@/lib/words.ts';

import type { SendWindow, StepIn } from '../sequence.ts';
import { conditionWords, windowWords } from '../sequence.ts';

export interface FieldChange {
  field: string;
  before: string;
  after: string;
}
export interface StepChange {
  name: string;
  kind: 'added' | 'removed' | 'moved' | 'changed';
  day: number;
  fields: FieldChange[];
}

type Compared = Omit<StepIn, 'send_window' | 'conditions' | 'step_number'> & {
  send_window?: SendWindow | null;
  conditions?: StepIn['conditions'];
};

const shown: [string, (step: Compared) => string][] = [
  ['Day', (step) => String(step.day_offset)],
  ['Template', (step) => step.template_id],
  ['Subject', (step) => step.subject ?? ''],
  ['Preview text', (step) => step.preview_text ?? ''],
  ['Landing page', (step) => step.landing_page],
  ['Channel', (step) => words(step.channel ?? 'email')],
  ['Send window', (step) => (step.send_window ? windowWords(step.send_window) : '')],
  ['Conditions', (step) => conditionWords(step.conditions).join('. ')],
];

export function changesBetween(before: readonly Compared[], after: readonly Compared[]): StepChange[] {
  const known = new Map(before.map((step) => [step.campaign_id, step]));
  const kept = new Set(after.map((step) => step.campaign_id));
  const found: StepChange[] = after.flatMap((step): StepChange[] => {
    const old = known.get(step.campaign_id);
    if (!old) return [{ name: step.campaign_id, kind: 'added', day: step.day_offset, fields: [] }];
    const fields = shown
      .map(([field, write]) => ({ field, before: write(old), after: write(step) }))
      .filter((change) => change.before !== change.after);
    if (fields.length === 0) return [];
    const isMoved = fields.every((change) => change.field === 'Day');
    return [{ name: step.campaign_id, kind: isMoved ? 'moved' : 'changed', day: step.day_offset, fields }];
  });
  const removed = before.filter((step) => !kept.has(step.campaign_id));
  return [...found, ...removed.map((step): StepChange => ({ name: step.campaign_id, kind: 'removed', day: step.day_offset, fields: [] }))];
}

/** `2 steps added, 1 moved`. */
export function summaryOf(changes: readonly StepChange[]): string {
  const kinds = (['added', 'removed', 'moved', 'changed'] as const)
    .map((kind) => ({ kind, many: changes.filter((change) => change.kind === kind).length }))
    .filter(({ many }) => many > 0);
  if (kinds.length === 0) return 'No step is different';
  return kinds.map(({ kind, many }, index) => (index === 0 ? `${count(many, 'step')} ${kind}` : `${many} ${kind}`)).join(', ');
}
