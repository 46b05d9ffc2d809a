// Hears the feed: over a socket, taken up again where it was cut off, or by asking from time to time where there are no sockets.
import { readMessage } from './change.ts';
import type { Told } from './change.ts';

export type LiveState = 'connecting' | 'connected' | 'reconnecting' | 'polling';

export interface ConnectionGiven {
  open: (since: number | undefined) => WebSocket;
  /** Asks once. It renews the session where that has to be. */
  ask: (since: number | undefined) => Promise<Told>;
  /** True for an error after which it is of no use to go on, as when nobody is signed in any more. */
  isOver: (error: unknown) => boolean;
  told: (told: Told) => void;
  state: (state: LiveState) => void;
  /** Where to go on, when another tab has heard the feed before. */
  since?: number | undefined;
}

export const PING_MS = 30_000;
export const PONG_MS = 10_000;
export const POLL_MS = 10_000;
/** While one asks from time to time, a socket is tried again this often. */
export const SOCKET_AGAIN_MS = 120_000;
const HELLO_MS = 10_000;
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 30_000;
/** The code with which the feed sends away who has to show anew who they are. */
const ASK_AGAIN = 4_001;
const MOST_SOCKET_FAILURES = 3;

/** Runs until `signal` is aborted or the session is over. */
export async function listen(given: ConnectionGiven, signal: AbortSignal): Promise<void> {
  let since = given.since;
  let failures = 0;
  let socketFailures = 0;
  let hasToAsk = since !== undefined;
  const hear = (told: Told): void => {
    since = told.last;
    given.told(told);
  };

  given.state('connecting');
  while (!signal.aborted) {
    if (hasToAsk) {
      try {
        hear(await given.ask(since));
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (given.isOver(error)) return given.state('connecting');
        given.state('reconnecting');
        await pause(waitAfter(failures++), signal);
        continue;
      }
    }
    if (socketFailures >= MOST_SOCKET_FAILURES) {
      given.state('polling');
      await poll(given, () => since, hear, signal);
      socketFailures = MOST_SOCKET_FAILURES - 1;
      hasToAsk = true;
      continue;
    }
    const { wasOpen, code } = await hearSocket(given, since, hear, signal);
    // From here on what was missed meanwhile is asked for first, and with it the session is renewed.
    hasToAsk = true;
    if (signal.aborted) return;
    socketFailures = wasOpen ? 0 : socketFailures + 1;
    if (wasOpen) failures = 0;
    if (code === ASK_AGAIN) continue;
    given.state('reconnecting');
    await pause(waitAfter(failures++), signal);
  }
}

/** Asks from time to time, until it is worth trying a socket again. */
async function poll(
  given: ConnectionGiven,
  since: () => number | undefined,
  hear: (told: Told) => void,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + SOCKET_AGAIN_MS;
  while (Date.now() < until && !signal.aborted) {
    await pause(POLL_MS, signal);
    if (signal.aborted) return;
    try {
      hear(await given.ask(since()));
    } catch {
      // The loop around asks again, and waits longer and longer when it has to.
      return;
    }
  }
}

interface Ended {
  /** It said hello. */
  wasOpen: boolean;
  code: number;
}

/** Hears a socket until it is closed. */
function hearSocket(given: ConnectionGiven, since: number | undefined, hear: (told: Told) => void, signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    const socket = given.open(since);
    let wasOpen = false;
    let ping: ReturnType<typeof setInterval> | undefined;
    // A socket can be dead without saying so.
    let deadline = setTimeout(() => end(0), HELLO_MS);
    const stop = () => end(1_000);

    function end(code: number): void {
      clearTimeout(deadline);
      clearInterval(ping);
      signal.removeEventListener('abort', stop);
      socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
      resolve({ wasOpen, code });
    }
    signal.addEventListener('abort', stop);
    socket.onmessage = ({ data }) => {
      clearTimeout(deadline);
      const told = readMessage(data);
      if (!told) return;
      if (!wasOpen) {
        wasOpen = true;
        given.state('connected');
        ping = setInterval(() => {
          socket.send('ping');
          clearTimeout(deadline);
          deadline = setTimeout(() => end(0), PONG_MS);
        }, PING_MS);
      }
      hear(told);
    };
    socket.onclose = ({ code }) => end(code);
    socket.onerror = () => {};
  });
}

/** Longer and longer, and never all pages at the same moment. */
function waitAfter(failures: number): number {
  const most = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return most / 2 + (Math.random() * most) / 2;
}

/** Ends early when the network is back. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      globalThis.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    globalThis.addEventListener('online', done);
  });
}
