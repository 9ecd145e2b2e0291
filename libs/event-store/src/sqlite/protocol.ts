import type { MessagePort } from 'node:worker_threads';
import type { NewEvent } from '../event-store.js';

/** One event as it is stored; JSON is made by the asking thread, so that the writer's core does nothing but write. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly recordedAt: string;
  readonly data: string;
  readonly meta: string;
}

export interface AppendRequest {
  readonly ticket: number;
  readonly stream: string;
  /** -1 when the stream must not exist. */
  readonly expected: number;
  readonly rows: readonly EventRow[];
}

export type AppendReply =
  | { readonly ticket: number; readonly kind: 'appended'; readonly revision: number; readonly position: number }
  | { readonly ticket: number; readonly kind: 'wrong-revision'; readonly actual: number }
  | { readonly ticket: number; readonly kind: 'reused' }
  | { readonly ticket: number; readonly kind: 'unavailable'; readonly reason: string };

/** What a client sends over its port. */
export type ToWriter =
  { readonly kind: 'append'; readonly requests: readonly AppendRequest[] } | { readonly kind: 'bye' };

/** What the writer sends: after each commit, to every client, its answers and where the log now ends. */
export interface FromWriter {
  readonly replies: readonly AppendReply[];
  readonly head: number;
}

/** What the owner sends to the thread itself. */
export type ToWriterThread = { readonly kind: 'connect'; readonly port: MessagePort } | { readonly kind: 'close' };

export type FromWriterThread =
  | { readonly kind: 'ready'; readonly head: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'closed' };

/** All events of an append share their meta: it is written as JSON once. */
export const toRows = (events: readonly NewEvent[]): EventRow[] => {
  let meta = '';
  let of: unknown;
  return events.map((event) => {
    if (event.meta !== of) [of, meta] = [event.meta, JSON.stringify(event.meta)];
    const { id, type, schemaVersion, recordedAt } = event;
    return { id, type, schemaVersion, recordedAt, data: JSON.stringify(event.data), meta };
  });
};
