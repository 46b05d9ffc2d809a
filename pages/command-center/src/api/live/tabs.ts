// One tab hears the feed, and tells the others.
import type { Told } from './change.ts';
import type { LiveState } from './connection.ts';

type Said = { told: Told } | { state: LiveState } | { ask: true };

export interface Tabs {
  told: (told: Told) => void;
  state: (state: LiveState) => void;
}

export interface Shared extends Tabs {
  close: () => void;
}

/**
 * Runs `lead` in one tab of those that give the same name; when that tab is closed, in the next. What the leader tells comes to
 * `heard` in every tab, its own too. `lead` gets where to go on.
 */
export function shareBetweenTabs(
  name: string,
  heard: Tabs,
  lead: (tell: Tabs, since: number | undefined, signal: AbortSignal) => Promise<void>,
): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  // Browsers have locks on https and on localhost only: elsewhere each tab hears the feed by itself.
  if (!globalThis.navigator?.locks) {
    void lead(heard, undefined, signal);
    return () => stopped.abort();
  }

  const channel = new BroadcastChannel(name);
  let since: number | undefined;
  let current: LiveState | undefined;
  const tell: Tabs = {
    told: (told) => {
      channel.postMessage({ told } satisfies Said);
      since = told.last;
      heard.told(told);
    },
    state: (state) => {
      current = state;
      channel.postMessage({ state } satisfies Said);
      heard.state(state);
    },
  };
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if ('told' in data) {
      since = data.told.last;
      heard.told(data.told);
    } else if ('state' in data) heard.state(data.state);
    else if (current) channel.postMessage({ state: current } satisfies Said);
  };
  channel.postMessage({ ask: true } satisfies Said);
  navigator.locks
    .request(name, { signal }, () => lead(tell, since, signal))
    // It is aborted when this tab stops while another one leads.
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  return () => {
    stopped.abort();
    channel.close();
  };
}
