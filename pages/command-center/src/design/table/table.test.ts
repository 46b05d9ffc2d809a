import { describe, expect, it, vi } from 'vitest';

import { useRowKeys } from './keyboard.ts';
import { useSelection } from './selection.ts';

const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));

function keys() {
  const given = { count: 5, page: 2, show: vi.fn(), open: vi.fn(), toggle: vi.fn(), selectAll: vi.fn(), clear: vi.fn() };
  const { active, onKeydown } = useRowKeys(given);
  const grid = document.createElement('div');
  grid.addEventListener('keydown', onKeydown);
  return {
    ...given,
    active,
    press: (key: string, more: KeyboardEventInit = {}) =>
      grid.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true, ...more })),
  };
}

describe('keys of a table', () => {
  it('go through its rows and stop at its ends', () => {
    const { press, active, show } = keys();
    press('j');
    press('ArrowDown');
    expect(active.value).toBe(1);
    press('k');
    press('k');
    expect(active.value).toBe(0);
    press('End');
    press('j');
    expect(active.value).toBe(4);
    expect(show).toHaveBeenLastCalledWith(4);
    press('PageUp');
    expect(active.value).toBe(2);
  });

  it('open and select the row that is current', () => {
    const { press, open, toggle, selectAll } = keys();
    press('Enter');
    expect(open).not.toHaveBeenCalled();
    press('j');
    press('Enter');
    press('x');
    press(' ', { shiftKey: true });
    press('a', { ctrlKey: true });
    expect(open).toHaveBeenCalledWith(0);
    expect(toggle.mock.calls).toEqual([
      [0, false],
      [0, true],
    ]);
    expect(selectAll).toHaveBeenCalledTimes(1);
  });

  it('leave the browser its own', () => {
    const { press, active } = keys();
    expect(press('k', { metaKey: true })).toBe(true);
    expect(active.value).toBe(-1);
  });
});

describe('the selection of a table', () => {
  const idsOf = (selection: ReturnType<typeof useSelection<{ id: string }>>) => [...selection.chosen.value.keys()];

  it('takes a range from the last row with Shift', () => {
    const selection = useSelection(rows, ({ id }) => id);
    selection.toggle(1);
    selection.toggle(3, true);
    expect(idsOf(selection)).toEqual(['b', 'c', 'd']);
    selection.toggle(2, true);
    expect(idsOf(selection)).toEqual(['b']);
  });

  it('says whether it has all', () => {
    const selection = useSelection(rows, ({ id }) => id);
    expect(selection.state.value).toBe(false);
    selection.toggle(0);
    expect(selection.state.value).toBe('indeterminate');
    selection.all(true);
    expect(selection.state.value).toBe(true);
    selection.clear();
    expect(idsOf(selection)).toEqual([]);
  });
});
