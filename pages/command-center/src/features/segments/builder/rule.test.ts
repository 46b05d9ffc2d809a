import { describe, expect, it } from 'vitest';

import { countOf, draftOf, everybody, isComplete, newCondition, ruleOf } from './rule.ts';
import type { FieldCondition, Rule } from './rule.ts';

const rule: Rule = {
  all: [
    { field: { name: 'role', operator: 'is', value: 'owner' } },
    { any: [{ field: { name: 'phone', operator: 'is_set' } }, { tag: { tag: 'Family owned' } }] },
    { none: [{ campaign: { outcome: 'opened', within_days: 30, at_least: 2 } }] },
    { activity: { type: 'call_answered', within_days: 7 } },
  ],
};

describe('a rule in the builder', () => {
  it('goes there and back unchanged', () => {
    expect(ruleOf(draftOf(rule))).toEqual(rule);
  });

  it('stands in a group when it is one condition alone', () => {
    expect(ruleOf(draftOf({ tag: { tag: 'x' } }))).toEqual({ all: [{ tag: { tag: 'x' } }] });
  });

  it('means everybody when it is empty', () => {
    expect(ruleOf(everybody())).toEqual({ all: [] });
  });

  it('is no rule while a condition is unfinished', () => {
    const draft = { ...everybody(), rules: [newCondition('field')] };
    expect(ruleOf(draft)).toBeUndefined();
    expect(
      ruleOf({ ...draft, rules: [{ ...newCondition('group'), kind: 'group', join: 'any', rules: [newCondition('tag')] }] }),
    ).toBeUndefined();
  });

  it('counts each condition and group', () => {
    expect(countOf(draftOf(rule))).toBe(8);
  });
});

describe('a field', () => {
  const field = (changes: Partial<FieldCondition>): FieldCondition => ({
    kind: 'field',
    key: 0,
    name: 'lead_score',
    operator: 'at_least',
    value: null,
    ...changes,
  });

  it('needs a value where it is compared with one', () => {
    expect(isComplete(field({}))).toBe(false);
    expect(isComplete(field({ value: 0 }))).toBe(true);
    expect(isComplete(field({ value: false }))).toBe(true);
    expect(isComplete(field({ operator: 'in', value: [] }))).toBe(false);
    expect(isComplete(field({ operator: 'is_empty' }))).toBe(true);
  });

  it('sends no value where there is none to compare with', () => {
    expect(ruleOf({ ...everybody(), rules: [field({ operator: 'is_empty', value: 'left over' })] })).toEqual({
      all: [{ field: { name: 'lead_score', operator: 'is_empty' } }],
    });
  });
});
