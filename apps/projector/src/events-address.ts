import type { MessagePort } from 'node:worker_threads';
import { type EventStore, KurrentDbEventStore, SqliteEventStore } from '#event-store';

/** How a thread of its own reaches the event store of its process. */
export type EventsAddress =
  | { readonly kind: 'sqlite'; readonly file: string; readonly port: MessagePort }
  | { readonly kind: 'kurrentdb'; readonly url: string };

export const connectTo = (address: EventsAddress): Promise<EventStore> =>
  address.kind === 'sqlite'
    ? Promise.resolve(SqliteEventStore.connect(address.file, address.port))
    : KurrentDbEventStore.open(address.url);
