// What keeps a draft from being saved, by step and field: the same as the API refuses, said while one writes.
import type { FieldError } from '@/api';
import { sentence } from '@/lib/words.ts';

import { MOST_STEPS } from './draft.ts';
import type { Draft } from './draft.ts';

export interface StepProblem {
  key: string;
  field: string;
  message: string;
}

const REFERENCES = ['skip_if_opened', 'skip_if_clicked', 'skip_if_replied'] as const;

export function problemsOf(draft: Draft): StepProblem[] {
  const found: StepProblem[] = [];
  const seen = new Set<string>();
  for (const step of draft.steps) {
    const complain = (field: string, message: string) => found.push({ key: step.key, field, message });
    if (step.name.trim() === '') complain('campaign_id', 'Name the step.');
    else if (seen.has(step.name)) complain('campaign_id', `${step.name} is the name of an earlier step.`);
    if (step.template === '') complain('template_id', 'Choose a template.');
    if (step.landingPage.trim() === '') complain('landing_page', 'Enter the slug of the page its links lead to.');
    for (const field of REFERENCES) {
      const named = step.conditions?.[field];
      if (named && named !== 'any' && !seen.has(named)) complain(`conditions.${field}`, `${named} is no step before this one.`);
    }
    seen.add(step.name);
  }
  const tooMany = draft.steps[MOST_STEPS];
  if (tooMany) found.push({ key: tooMany.key, field: 'steps', message: `A sequence has at most ${MOST_STEPS} steps.` });
  return found;
}

/** What the API said of `steps[3].template_id`, for the step that stands there. */
export function problemsFrom(details: readonly FieldError[], draft: Draft): StepProblem[] {
  return details.flatMap(({ field, message }) => {
    const match = /^steps\[(\d+)\]\.(.+)$/.exec(field);
    const step = match ? draft.steps[Number(match[1])] : undefined;
    return match && step ? [{ key: step.key, field: match[2]!, message: sentence(message) }] : [];
  });
}
