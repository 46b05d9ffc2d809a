import { describe, expect, it, vi } from 'vitest';

import { queueWords, readable } from './dead-letter.ts';
import { replayAll } from './settling.ts';

describe('dead letters', () => {
  it('are replayed a hundred at a time when they are named', async () => {
    const ask = vi.fn(({ ids }: { ids?: string[] }) => Promise.resolve({ replayed: ids!.length, more: false }));
    const ids = Array.from({ length: 250 }, (_, index) => String(index));
    expect(await replayAll(ask, { ids })).toBe(250);
    expect(ask.mock.calls.map(([given]) => given.ids!.length)).toEqual([100, 100, 50]);
  });

  it('are replayed until there are no more, and not for ever', async () => {
    const answers = [
      { replayed: 100, more: true },
      { replayed: 7, more: false },
    ];
    expect(await replayAll(() => Promise.resolve(answers.shift()!), { queue: 'tracking' })).toBe(107);
    expect(await replayAll(() => Promise.resolve({ replayed: 0, more: true }), {})).toBe(0);
  });

  it('can be read, whatever they are', () => {
    expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(readable('not JSON')).toBe('not JSON');
    expect(queueWords('audit')).toBe('Audit log');
  });
});
