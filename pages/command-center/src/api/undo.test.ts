import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount } from '@vue/test-utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';

import { listKey } from './keys.ts';
import { useToasts } from './toasts.ts';
import { useUndoable } from './undo.ts';
import { writing } from './writes.ts';

const key = listKey('/api/v1/people');
const page = { data: [{ id: 'a' }, { id: 'b' }], meta: { pagination: { limit: 50, next_cursor: null } } };
let client: QueryClient;

function undoable() {
  let found!: ReturnType<typeof useUndoable>;
  mount(defineComponent({ setup: () => ((found = useUndoable()), () => h('i')) }), {
    global: { plugins: [[VueQueryPlugin, { queryClient: client }]] },
  });
  return found;
}
const ids = () => client.getQueryData<{ pages: (typeof page)[] }>(key)?.pages.flatMap(({ data }) => data.map(({ id }) => id));

describe('what can be undone', () => {
  beforeEach(() => {
    client = new QueryClient();
    client.setQueryData(key, { pages: [page], pageParams: [null] });
    for (const toast of useToasts().shown.value) useToasts().close(toast.id);
  });

  it('leaves the list at once and offers the way back', async () => {
    const undo = vi.fn(async () => {});
    let finish!: () => void;
    const done = undoable()({ done: 'Deleted', run: () => new Promise<void>((resolve) => (finish = resolve)), undo, removes: ['a'] });
    await flushPromises();
    expect(ids()).toEqual(['b']);
    finish();
    expect(await done).toBe(true);
    const action = useToasts().shown.value.at(-1)?.action;
    if (!action || !('run' in action)) throw new Error('no way back');
    action.run();
    await flushPromises();
    expect(undo).toHaveBeenCalledTimes(1);
  });

  it('lets a change that is under way arrive first', async () => {
    let answer!: () => void;
    void writing(new Promise<void>((resolve) => (answer = resolve)));
    const run = vi.fn(async () => {});
    const done = undoable()({ done: 'Deleted', run, undo: async () => {} });
    await flushPromises();
    expect(run).not.toHaveBeenCalled();
    answer();
    expect(await done).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('comes back when it fails', async () => {
    expect(await undoable()({ done: 'Deleted', run: () => Promise.reject(new Error('no')), undo: async () => {}, removes: ['a'] })).toBe(
      false,
    );
    expect(ids()).toEqual(['a', 'b']);
    expect(useToasts().shown.value.at(-1)?.tone).toBe('danger');
  });
});
