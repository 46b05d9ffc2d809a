import { QueryClient, QueryObserver } from '@tanstack/vue-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { listKey, recordKey } from '../keys.ts';
import { invalidator } from './invalidate.ts';
import type { Invalidator } from './invalidate.ts';
import { shows } from './related.ts';

describe('which queries show a change', () => {
  const task = { topic: 'tasks', key: 'a' };
  it.each([
    ['its list', listKey('/api/v1/tasks'), true],
    ['the record', recordKey('/api/v1/tasks/{id}', { path: { id: 'a' } }), true],
    ['another record', recordKey('/api/v1/tasks/{id}', { path: { id: 'b' } }), false],
    ['those of a business', listKey('/api/v1/businesses/{id}/tasks', { path: { id: 'b' } }), true],
    ['what is made of it', recordKey('/api/v1/dashboard'), true],
    ['something else', listKey('/api/v1/tags'), false],
    ['what is no query of the API', ['mine'], false],
  ])('%s', (_, key, expected) => expect(shows(key, task)).toBe(expected));

  it('takes every record when it is not said which', () => {
    expect(shows(recordKey('/api/v1/tasks/{id}', { path: { id: 'b' } }), { topic: 'tasks', key: '' })).toBe(true);
  });
});

describe('reading anew', () => {
  let client: QueryClient;
  let changed: Invalidator;
  const reads = vi.fn(() => Promise.resolve(1));
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' }) as EventTarget & { visibilityState: string };

  beforeEach(async () => {
    vi.useFakeTimers();
    page.visibilityState = 'visible';
    client = new QueryClient();
    changed = invalidator(client, page as unknown as Document);
    new QueryObserver(client, { queryKey: listKey('/api/v1/tasks'), queryFn: reads, staleTime: Infinity }).subscribe(() => {});
    await vi.advanceTimersByTimeAsync(10);
    reads.mockClear();
  });
  afterEach(() => {
    changed.stop();
    client.clear();
    vi.useRealTimers();
  });

  it('reads once what is told many times', async () => {
    for (let index = 0; index < 20; index++) changed.add([{ topic: 'tasks', key: String(index) }]);
    await vi.advanceTimersByTimeAsync(300);
    expect(reads).toHaveBeenCalledTimes(1);
    for (let index = 0; index < 20; index++) {
      changed.add([{ topic: 'tasks', key: 'a' }]);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(reads.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('reads sums over everything less often', async () => {
    const sums = vi.fn(() => Promise.resolve(1));
    new QueryObserver(client, { queryKey: recordKey('/api/v1/dashboard'), queryFn: sums, staleTime: Infinity }).subscribe(() => {});
    await vi.advanceTimersByTimeAsync(10);
    sums.mockClear();
    for (let second = 0; second < 30; second++) {
      changed.add([{ topic: 'sends', key: String(second) }]);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(sums.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(sums.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it('waits while nobody looks', async () => {
    page.visibilityState = 'hidden';
    changed.addAll();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads).not.toHaveBeenCalled();
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(reads).toHaveBeenCalledTimes(1);
  });
});
