// The live feed in the app: what others change appears by itself.
import { useQueryClient } from '@tanstack/vue-query';
import { onScopeDispose, readonly, shallowRef } from 'vue';

import { ApiError, api } from './client.ts';
import type { Change, Told } from './live/change.ts';
import { listen } from './live/connection.ts';
import type { LiveState } from './live/connection.ts';
import { invalidator } from './live/invalidate.ts';
import { shareBetweenTabs } from './live/tabs.ts';

export type { Change } from './live/change.ts';
export type { LiveState } from './live/connection.ts';

type Handler = (change: Change) => void;

const handlers = new Map<string, Set<Handler>>();
const state = shallowRef<LiveState>('connecting');

/**
 * `useLive('imports', (change) => …)`: hears of a topic while the component is there. Queries through `useList` and `useRecord` are read
 * anew by themselves. After a gap every handler is called with an empty key: anything may have changed.
 */
export function useLive(topic: string, handler: Handler): void {
  const ofTopic = handlers.get(topic) ?? new Set();
  handlers.set(topic, ofTopic.add(handler));
  onScopeDispose(() => ofTopic.delete(handler));
}

export function useLiveState() {
  return readonly(state);
}

/** Hears the feed while the component is there. Once, by the shell; `whose` names who is signed in and where. */
export function useLiveFeed(whose: string): void {
  const changed = invalidator(useQueryClient());
  function told({ isComplete, changes }: Told): void {
    if (!isComplete) {
      changed.addAll();
      for (const [topic, all] of handlers) for (const handler of all) handler({ topic, key: '' });
    }
    changed.add(changes);
    for (const change of changes) for (const handler of handlers.get(change.topic) ?? []) handler(change);
  }
  const stop = shareBetweenTabs(`live ${whose}`, { told, state: (now) => (state.value = now) }, (tell, since, signal) =>
    listen({ open, ask, isOver, ...tell, since }, signal),
  );
  onScopeDispose(() => {
    stop();
    changed.stop();
    state.value = 'connecting';
  });
}

function open(since: number | undefined): WebSocket {
  const url = new URL('/api/v1/live', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  if (since !== undefined) url.searchParams.set('since', String(since));
  return new WebSocket(url);
}

async function ask(since: number | undefined): Promise<Told> {
  const { data } = await api.get('/api/v1/live', { params: { query: since === undefined ? {} : { since: String(since) } } });
  return { last: data.last, isComplete: data.is_complete, changes: data.events };
}

/** Nobody is signed in any more, or may hear anything; an older platform has no feed. */
function isOver(error: unknown): boolean {
  return error instanceof ApiError && [401, 403, 404].includes(error.status);
}
