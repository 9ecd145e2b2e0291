import type { MessagePort } from 'node:worker_threads';
import type { EventText } from '../event-text.js';

export interface AppendRequest {
  readonly ticket: number;
  readonly stream: string;
  /** -1 when the stream must not exist. */
  readonly expected: number;
  /** JSON is made by the asking thread, so that the writer's core does nothing but write. */
  readonly rows: readonly EventText[];
  /** The command that claims its id for the stream. */
  readonly claim: string | undefined;
}

export type AppendReply =
  | {
      readonly ticket: number;
      /** `repeated`: exactly these events had been written before, though perhaps at another time. */
      readonly kind: 'appended' | 'repeated';
      /** Of the last event. */
      readonly revision: number;
      readonly position: number;
    }
  | { readonly ticket: number; readonly kind: 'wrong-revision'; readonly actual: number }
  | { readonly ticket: number; readonly kind: 'reused' }
  | { readonly ticket: number; readonly kind: 'unavailable'; readonly reason: string };

/** What a client sends over its port. */
export type ToWriter =
  { readonly kind: 'append'; readonly requests: readonly AppendRequest[] } | { readonly kind: 'bye' };

/** Where the store ends, and the last position of each type that was written. */
export interface Committed {
  readonly head: number;
  readonly lastOf: readonly (readonly [type: string, position: number])[];
}

/** What the writer sends: after each commit, to every client, its answers; none where others wrote. */
export interface FromWriter {
  readonly committed: Committed;
  readonly replies: readonly AppendReply[];
}

/** What the owner sends to the thread itself. */
export type ToWriterThread = { readonly kind: 'connect'; readonly port: MessagePort } | { readonly kind: 'close' };

export type FromWriterThread =
  { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly reason: string } | { readonly kind: 'closed' };
