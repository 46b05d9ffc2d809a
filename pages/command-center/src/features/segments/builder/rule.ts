// A segment's rule while it is being built: conditions may be unfinished, and each has a key of its own for the page.
import type { Schema } from '@/api';

export type Rule = Schema<'Rule'>;
export type Operator = Schema<'Operator'>;
export type Operand = Schema<'Operand'>;
export type Join = 'all' | 'any' | 'none';

interface Keyed {
  key: number;
}
export interface Group extends Keyed {
  kind: 'group';
  join: Join;
  rules: Condition[];
}
export interface FieldCondition extends Keyed {
  kind: 'field';
  name: string | null;
  operator: Operator | null;
  value: Operand | null;
}
export interface TagCondition extends Keyed {
  kind: 'tag';
  tag: string | null;
}
export interface ActivityCondition extends Keyed {
  kind: 'activity';
  type: Schema<'ActivityType'> | null;
  withinDays: number | null;
  atLeast: number | null;
}
export interface CampaignCondition extends Keyed {
  kind: 'campaign';
  outcome: Schema<'CampaignOutcome'> | null;
  sequenceId: string | null;
  withinDays: number | null;
  atLeast: number | null;
}
export type Condition = Group | FieldCondition | TagCondition | ActivityCondition | CampaignCondition;

/** The API takes no more. */
export const MOST_LEVELS = 6;
export const MOST_RULES = 50;

let last = 0;
const key = () => ++last;

export function newCondition(kind: Condition['kind']): Condition {
  if (kind === 'group') return { kind, key: key(), join: 'any', rules: [] };
  if (kind === 'tag') return { kind, key: key(), tag: null };
  if (kind === 'activity') return { kind, key: key(), type: null, withinDays: null, atLeast: null };
  if (kind === 'campaign') return { kind, key: key(), outcome: null, sequenceId: null, withinDays: null, atLeast: null };
  return { kind, key: key(), name: null, operator: null, value: null };
}

export const everybody = (): Group => ({ kind: 'group', key: key(), join: 'all', rules: [] });

/** What the API keeps, for the builder. A rule that is one condition alone stands in a group. */
export function draftOf(rule: Rule): Group {
  const condition = conditionOf(rule);
  return condition.kind === 'group' ? condition : { ...everybody(), rules: [condition] };
}

function conditionOf(rule: Rule): Condition {
  if ('all' in rule) return { kind: 'group', key: key(), join: 'all', rules: rule.all.map(conditionOf) };
  if ('any' in rule) return { kind: 'group', key: key(), join: 'any', rules: rule.any.map(conditionOf) };
  if ('none' in rule) return { kind: 'group', key: key(), join: 'none', rules: rule.none.map(conditionOf) };
  if ('tag' in rule) return { kind: 'tag', key: key(), tag: rule.tag.tag };
  if ('activity' in rule) {
    const { type, within_days, at_least } = rule.activity;
    return { kind: 'activity', key: key(), type, withinDays: within_days ?? null, atLeast: at_least ?? null };
  }
  if ('campaign' in rule) {
    const { outcome, sequence_id, within_days, at_least } = rule.campaign;
    return {
      kind: 'campaign',
      key: key(),
      outcome,
      sequenceId: sequence_id ?? null,
      withinDays: within_days ?? null,
      atLeast: at_least ?? null,
    };
  }
  const { name, operator, value } = rule.field;
  return { kind: 'field', key: key(), name, operator, value: value ?? null };
}

/** Whether an operator is compared with something. */
export const takesValue = (operator: Operator) => operator !== 'is_set' && operator !== 'is_empty';
export const takesMany = (operator: Operator) => operator === 'in' || operator === 'not_in';
export const takesDays = (operator: Operator) => operator === 'within_days' || operator === 'more_than_days_ago';

/** Whether a condition says all that it has to. */
export function isComplete(condition: Condition): boolean {
  switch (condition.kind) {
    case 'group':
      return condition.rules.every(isComplete);
    case 'tag':
      return Boolean(condition.tag);
    case 'activity':
      return condition.type !== null;
    case 'campaign':
      return condition.outcome !== null;
    case 'field': {
      const { name, operator, value } = condition;
      if (!name || !operator) return false;
      if (!takesValue(operator)) return true;
      return Array.isArray(value) ? value.length > 0 : value !== null && value !== '';
    }
  }
}

/** What the API is sent; undefined while something is unfinished. */
export function ruleOf(group: Group): Rule | undefined {
  return isComplete(group) ? toRule(group) : undefined;
}

function toRule(condition: Condition): Rule {
  switch (condition.kind) {
    case 'group': {
      const rules = condition.rules.map(toRule);
      return condition.join === 'all' ? { all: rules } : condition.join === 'any' ? { any: rules } : { none: rules };
    }
    case 'tag':
      return { tag: { tag: condition.tag ?? '' } };
    case 'activity':
      return { activity: { type: condition.type!, ...often(condition) } };
    case 'campaign':
      return {
        campaign: {
          outcome: condition.outcome!,
          ...(condition.sequenceId ? { sequence_id: condition.sequenceId } : {}),
          ...often(condition),
        },
      };
    case 'field': {
      const operator = condition.operator!;
      return { field: { name: condition.name!, operator, ...(takesValue(operator) ? { value: condition.value } : {}) } };
    }
  }
}

const often = ({ withinDays, atLeast }: { withinDays: number | null; atLeast: number | null }) => ({
  ...(withinDays === null ? {} : { within_days: withinDays }),
  ...(atLeast === null ? {} : { at_least: atLeast }),
});

export const countOf = (condition: Condition): number =>
  condition.kind === 'group' ? 1 + condition.rules.reduce((sum, rule) => sum + countOf(rule), 0) : 1;

/** Outcomes that are about an enrolment, of which there are no numbers of emails. */
export const isAboutEnrolment = (outcome: Schema<'CampaignOutcome'>) => ['enrolled', 'under_way', 'completed', 'stopped'].includes(outcome);
