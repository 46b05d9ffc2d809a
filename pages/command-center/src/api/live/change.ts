// What the live feed tells, over its socket and when it is asked.
import type { Schema } from '../client.ts';

/** Something has changed: a hint, never what it is now. */
export type Change = Schema<'Change'>;

export interface Told {
  last: number;
  /** False when something is missing: then everything that is shown has to be read again. */
  isComplete: boolean;
  changes: Change[];
}

/** What goes over the socket, which the contract does not describe. */
type Message = { type: 'hello'; last: number; is_complete: boolean } | { type: 'events'; last: number; events: Change[] };

/** A message of the socket; undefined for what is none, as the answer to a ping. */
export function readMessage(text: unknown): Told | undefined {
  if (typeof text !== 'string' || !text.startsWith('{')) return undefined;
  const message = JSON.parse(text) as Message;
  if (message.type === 'hello') return { last: message.last, isComplete: message.is_complete, changes: [] };
  if (message.type === 'events') return { last: message.last, isComplete: true, changes: message.events };
  return undefined;
}
