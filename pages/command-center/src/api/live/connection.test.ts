import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Told } from './change.ts';
import { POLL_MS, PING_MS, PONG_MS, listen } from './connection.ts';
import type { LiveState } from './connection.ts';

class Socket {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror = null;
  sent: string[] = [];
  isClosed = false;
  readonly since: number | undefined;
  constructor(since: number | undefined) {
    this.since = since;
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  hello(last: number, is_complete = true): void {
    this.says({ type: 'hello', last, is_complete });
  }
  ends(code: number): void {
    this.onclose?.({ code });
  }
}

let sockets: Socket[];
let told: Told[];
let states: LiveState[];
let stop: AbortController;
const ask = vi.fn<(since: number | undefined) => Promise<Told>>();
const socket = () => sockets.at(-1)!;
const soon = () => vi.advanceTimersByTimeAsync(1);
const later = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

function start(since?: number): void {
  void listen(
    {
      open: (from) => {
        sockets.push(new Socket(from));
        return socket() as unknown as WebSocket;
      },
      ask,
      isOver: (error) => error === 'signed out',
      told: (one) => told.push(one),
      state: (state) => states.push(state),
      since,
    },
    stop.signal,
  );
}

describe('the live connection', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    [sockets, told, states, stop] = [[], [], [], new AbortController()];
    ask.mockReset().mockImplementation((since) => Promise.resolve({ last: since ?? 0, isComplete: true, changes: [] }));
  });
  afterEach(() => {
    stop.abort();
    vi.useRealTimers();
  });

  it('tells what it hears', async () => {
    start();
    socket().hello(7);
    socket().says({ type: 'events', last: 8, events: [{ topic: 'tasks', key: 'a' }] });
    expect(states).toEqual(['connecting', 'connected']);
    expect(told.map(({ last }) => last)).toEqual([7, 8]);
    expect(told[1]!.changes).toEqual([{ topic: 'tasks', key: 'a' }]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('goes on where it was cut off', async () => {
    start();
    socket().hello(7);
    socket().ends(1006);
    await soon();
    expect(states.at(-1)).toBe('reconnecting');
    await later(1_000);
    expect(ask).toHaveBeenCalledWith(7);
    expect(sockets).toHaveLength(2);
    expect(socket().since).toBe(7);
    socket().hello(9, false);
    expect(states.at(-1)).toBe('connected');
    expect(told.at(-1)).toMatchObject({ last: 9, isComplete: false });
  });

  it('shows who it is again at once when the feed asks for that', async () => {
    start();
    socket().hello(7);
    socket().ends(4001);
    await soon();
    expect(ask).toHaveBeenCalledWith(7);
    expect(sockets).toHaveLength(2);
    expect(states).not.toContain('reconnecting');
  });

  it('ends when nobody is signed in any more', async () => {
    ask.mockRejectedValue('signed out');
    start();
    socket().hello(7);
    socket().ends(4001);
    await later(60_000);
    expect(sockets).toHaveLength(1);
  });

  it('waits longer and longer while nothing answers', async () => {
    ask.mockRejectedValue(new Error('no network'));
    start(3);
    await later(1_000);
    const early = ask.mock.calls.length;
    expect(early).toBeGreaterThan(1);
    await later(60_000);
    const before = ask.mock.calls.length;
    await later(60_000);
    expect(ask.mock.calls.length - before).toBeLessThanOrEqual(4);
    expect(sockets).toHaveLength(0);
  });

  it('asks from time to time where sockets fail, and tries one again', async () => {
    start();
    for (let attempt = 0; attempt < 3; attempt++) {
      socket().ends(1006);
      await later(5_000);
    }
    expect(states.at(-1)).toBe('polling');
    const asked = ask.mock.calls.length;
    await later(POLL_MS * 2);
    expect(ask.mock.calls.length - asked).toBe(2);
    expect(sockets).toHaveLength(3);
    await later(102_000);
    expect(sockets).toHaveLength(4);
    socket().hello(1);
    expect(states.at(-1)).toBe('connected');
  });

  it('leaves a socket that does not answer any more', async () => {
    start();
    socket().hello(7);
    await later(PING_MS);
    expect(socket().sent).toEqual(['ping']);
    socket().onmessage?.({ data: 'pong' });
    await later(PING_MS);
    expect(sockets).toHaveLength(1);
    await later(PONG_MS + 1_000);
    expect(sockets[0]!.isClosed).toBe(true);
    expect(sockets).toHaveLength(2);
  });

  it('closes its socket when it is stopped', async () => {
    start();
    socket().hello(7);
    stop.abort();
    await later(60_000);
    expect(sockets).toHaveLength(1);
    expect(socket().isClosed).toBe(true);
  });
});
