// What the live feed tells, over its socket and when it is asked.

/** Something has changed: a hint, never what it is now. */
export interface Change {
  /** The records of a path of the API, as `businesses`; or `sends`, `engagement`, `scores`. */
  topic: string;
  /** Which record; empty when there are several, or when one may use some only. */
  key: string;
  /** How many of what came to it, as `sent`. */
  counts?: Record<string, number>;
}

export interface Told {
  last: number;
  /** False when something is missing: then everything that is shown has to be read again. */
  isComplete: boolean;
  changes: Change[];
}

type Message = { type: 'hello'; last: number; is_complete: boolean } | { type: 'events'; last: number; events: Change[] };

/** A message of the socket; undefined for what is none, as the answer to a ping. */
export function readMessage(text: unknown): Told | undefined {
  if (typeof text !== 'string' || !text.startsWith('{')) return undefined;
  const message = JSON.parse(text) as Message;
  if (message.type === 'hello') return { last: message.last, isComplete: message.is_complete, changes: [] };
  if (message.type === 'events') return { last: message.last, isComplete: true, changes: message.events };
  return undefined;
}
