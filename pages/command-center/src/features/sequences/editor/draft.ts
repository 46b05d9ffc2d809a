// The steps of a version while they are written: plain code, so that each change is one function.
import type { Channel, Conditions, SendWindow, Step, StepIn } from '../sequence.ts';

export interface DraftStep {
  /** The same as long as the step is on the page. */
  key: string;
  day: number;
  name: string;
  template: string;
  landingPage: string;
  subject: string | null;
  previewText: string | null;
  channel: Channel;
  window: SendWindow | null;
  conditions: Conditions | null;
}

/** In the order in which they are sent. */
export interface Draft {
  steps: readonly DraftStep[];
  window: SendWindow | null;
}

/** As the API limits them. */
export const LAST_DAY = 730;
export const MOST_STEPS = 200;
/** A sequence is planned over ninety days; a longer one shows as many as it has. */
const LEAST_DAYS = 90;

let lastKey = 0;
const newKey = () => `step-${++lastKey}`;

export function draftOf(steps: readonly Step[], window: SendWindow | null): Draft {
  return {
    window,
    steps: steps.map((step) => ({
      key: newKey(),
      day: step.day_offset,
      name: step.campaign_id,
      template: step.template_id,
      landingPage: step.landing_page,
      subject: step.subject,
      previewText: step.preview_text,
      channel: step.channel,
      window: step.send_window,
      conditions: step.conditions,
    })),
  };
}

export function stepsOf(draft: Draft): StepIn[] {
  return draft.steps.map((step, index) => ({
    step_number: index + 1,
    day_offset: step.day,
    campaign_id: step.name,
    template_id: step.template,
    landing_page: step.landingPage,
    ...(step.subject ? { subject: step.subject } : {}),
    ...(step.previewText ? { preview_text: step.previewText } : {}),
    channel: step.channel,
    ...(step.window ? { send_window: step.window } : {}),
    ...(isEmpty(step.conditions) ? {} : { conditions: step.conditions }),
  }));
}

/** The same for who compares: without keys. */
export const fingerprint = (draft: Draft) => JSON.stringify([stepsOf(draft), draft.window]);

export const daysOf = (draft: Draft) => Math.max(LEAST_DAYS, ...draft.steps.map((step) => step.day));
export const stepsOn = (draft: Draft, day: number) => draft.steps.filter((step) => step.day === day);
const withinDays = (day: number) => Math.min(LAST_DAY, Math.max(1, Math.round(day)));

/** Adds a step at the end of a day. What it leaves open it takes from the step before it. */
export function add(draft: Draft, day: number, given: Partial<DraftStep> = {}): { draft: Draft; key: string } {
  const at = withinDays(day);
  const before = draft.steps.filter((step) => step.day <= at).at(-1) ?? draft.steps[0];
  const step: DraftStep = {
    key: newKey(),
    name: freeName(draft),
    template: '',
    landingPage: before?.landingPage ?? '',
    subject: null,
    previewText: null,
    channel: 'email',
    window: null,
    conditions: null,
    ...given,
    day: at,
  };
  return { draft: { ...draft, steps: placed([...draft.steps, step], step.key) }, key: step.key };
}

export function change(draft: Draft, key: string, changes: Partial<Omit<DraftStep, 'key' | 'day'>>): Draft {
  const before = draft.steps.find((step) => step.key === key);
  const steps = draft.steps.map((step) => (step.key === key ? { ...step, ...changes } : step));
  if (!before || changes.name === undefined || changes.name === before.name) return { ...draft, steps };
  // Conditions of other steps go on meaning this one.
  return { ...draft, steps: steps.map((step) => ({ ...step, conditions: renamed(step.conditions, before.name, changes.name!) })) };
}

/** Puts a step on a day, behind what is there already. */
export function moveTo(draft: Draft, key: string, day: number): Draft {
  const step = draft.steps.find((one) => one.key === key);
  if (!step || step.day === withinDays(day)) return draft;
  const moved = draft.steps.filter((one) => one.key !== key);
  return { ...draft, steps: placed([...moved, { ...step, day: withinDays(day) }], key) };
}

export function moveBy(draft: Draft, key: string, days: number): Draft {
  const step = draft.steps.find((one) => one.key === key);
  return step ? moveTo(draft, key, step.day + days) : draft;
}

/** Moves a step, and everything behind it, by so many days. */
export function shiftFrom(draft: Draft, key: string, days: number): Draft {
  const at = draft.steps.findIndex((step) => step.key === key);
  const least = draft.steps[at - 1]?.day ?? 1;
  const first = draft.steps[at];
  const last = draft.steps.at(-1);
  if (!first || !last) return draft;
  const by = Math.min(Math.max(days, least - first.day), LAST_DAY - last.day);
  return { ...draft, steps: draft.steps.map((step, index) => (index < at ? step : { ...step, day: step.day + by })) };
}

/** Changes places with the neighbour of the same day. */
export function reorder(draft: Draft, key: string, by: -1 | 1): Draft {
  const at = draft.steps.findIndex((step) => step.key === key);
  const [step, other] = [draft.steps[at], draft.steps[at + by]];
  if (!step || !other || other.day !== step.day) return draft;
  const steps = [...draft.steps];
  [steps[at], steps[at + by]] = [other, step];
  return { ...draft, steps };
}

export function remove(draft: Draft, key: string): Draft {
  return { ...draft, steps: draft.steps.filter((step) => step.key !== key) };
}

export function duplicate(draft: Draft, key: string): { draft: Draft; key: string } {
  const step = draft.steps.find((one) => one.key === key);
  return step ? add(draft, step.day, { ...step, key: newKey(), name: freeName(draft) }) : { draft, key };
}

/** `STEP-007`: the first number that no step has. */
function freeName(draft: Draft): string {
  const taken = new Set(draft.steps.map((step) => step.name));
  for (let number = draft.steps.length + 1; ; number++) {
    const name = `STEP-${String(number).padStart(3, '0')}`;
    if (!taken.has(name)) return name;
  }
}

/** In order of days; of one day, `key` stands last. */
function placed(steps: readonly DraftStep[], key: string): DraftStep[] {
  return [...steps].sort((one, other) => one.day - other.day || Number(one.key === key) - Number(other.key === key));
}

function renamed(conditions: Conditions | null, from: string, to: string): Conditions | null {
  if (!conditions) return null;
  const fields = ['skip_if_opened', 'skip_if_clicked', 'skip_if_replied'] as const;
  return { ...conditions, ...Object.fromEntries(fields.filter((field) => conditions[field] === from).map((field) => [field, to])) };
}

function isEmpty(conditions: Conditions | null): boolean {
  return !conditions || Object.values(conditions).every((value) => !value || (Array.isArray(value) && value.length === 0));
}
