import { describe, expect, it } from 'vitest';

import { changesBetween, summaryOf } from './changes.ts';
import { add, change, draftOf, duplicate, moveBy, moveTo, remove, reorder, shiftFrom, stepsOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { problemsFrom, problemsOf } from './problems.ts';

const step = (number: number, day: number, name: string) => ({
  id: `${number}`,
  step_number: number,
  day_offset: day,
  campaign_id: name,
  template_id: 'hello',
  landing_page: 'hello',
  subject: null,
  preview_text: null,
  channel: 'email' as const,
  send_window: null,
  conditions: null,
});
const three = () => draftOf([step(1, 1, 'A'), step(2, 4, 'B'), step(3, 4, 'C')], null);
const names = (draft: Draft) => draft.steps.map((one) => `${one.name}@${one.day}`).join(' ');
const keyOf = (draft: Draft, name: string) => draft.steps.find((one) => one.name === name)!.key;

describe('a draft', () => {
  it('keeps its steps in the order of their days, a new one last of its day', () => {
    const { draft } = add(three(), 4, { name: 'D' });
    expect(names(draft)).toBe('A@1 B@4 C@4 D@4');
    expect(names(add(draft, 2, { name: 'E' }).draft)).toBe('A@1 E@2 B@4 C@4 D@4');
  });

  it('moves steps by days, and not before day 1', () => {
    const draft = three();
    expect(names(moveTo(draft, keyOf(draft, 'A'), 9))).toBe('B@4 C@4 A@9');
    expect(names(moveBy(draft, keyOf(draft, 'B'), -7))).toBe('A@1 B@1 C@4');
  });

  it('shifts a step with all behind it, not past the one before', () => {
    const draft = three();
    expect(names(shiftFrom(draft, keyOf(draft, 'B'), 2))).toBe('A@1 B@6 C@6');
    expect(names(shiftFrom(draft, keyOf(draft, 'B'), -9))).toBe('A@1 B@1 C@1');
  });

  it('changes the order within a day only', () => {
    const draft = three();
    expect(names(reorder(draft, keyOf(draft, 'C'), -1))).toBe('A@1 C@4 B@4');
    expect(names(reorder(draft, keyOf(draft, 'B'), -1))).toBe('A@1 B@4 C@4');
  });

  it('gives a copy a name of its own', () => {
    const draft = three();
    expect(names(duplicate(draft, keyOf(draft, 'A')).draft)).toBe('A@1 STEP-004@1 B@4 C@4');
  });

  it('numbers its steps from 1 for the API', () => {
    const draft = remove(three(), keyOf(three(), 'A'));
    expect(stepsOf(draft).map((one) => one.step_number)).toEqual([1, 2, 3]);
  });

  it('takes the conditions of others along when a step is renamed', () => {
    const draft = three();
    const asking = change(draft, keyOf(draft, 'C'), { conditions: { skip_if_opened: 'A' } });
    expect(change(asking, keyOf(asking, 'A'), { name: 'Z' }).steps[2]?.conditions).toEqual({ skip_if_opened: 'Z' });
  });
});

describe('problems', () => {
  it('finds names that are taken, and conditions about what comes later', () => {
    const draft = three();
    const twice = change(draft, keyOf(draft, 'C'), { name: 'B' });
    expect(problemsOf(twice).map((problem) => problem.field)).toEqual(['campaign_id']);
    const later = change(draft, keyOf(draft, 'A'), { conditions: { skip_if_clicked: 'B' } });
    expect(problemsOf(later)[0]).toMatchObject({ key: keyOf(draft, 'A'), field: 'conditions.skip_if_clicked' });
  });

  it('says what the API said of the step that stands there', () => {
    const draft = three();
    expect(problemsFrom([{ field: 'steps[1].template_id', message: 'no template `x`' }], draft)).toEqual([
      { key: keyOf(draft, 'B'), field: 'template_id', message: 'No template `x`.' },
    ]);
  });
});

describe('changes', () => {
  it('tells added, removed, moved and changed steps apart', () => {
    const before = three();
    let after = moveTo(before, keyOf(before, 'B'), 8);
    after = change(after, keyOf(after, 'C'), { subject: 'Hello' });
    after = add(remove(after, keyOf(after, 'A')), 30, { name: 'D', template: 'hello', landingPage: 'x' }).draft;
    const found = changesBetween(stepsOf(before), stepsOf(after));
    expect(found.map((one) => `${one.name} ${one.kind}`).sort()).toEqual(['A removed', 'B moved', 'C changed', 'D added']);
    expect(summaryOf(found)).toBe('1 step added, 1 removed, 1 moved, 1 changed');
  });
});
