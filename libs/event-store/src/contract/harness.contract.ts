import { type CommandId, newUuid } from '#kernel';
import { newEvents } from '#testing';
import type { AppendResult, EventStore, NewEvent } from '../event-store.js';

/** What can be done to the server behind a store. Each test that breaks something mends it. */
export interface EventStoreFaults {
  /** As by `kill -9`: connections die, acknowledged data stays. */
  readonly killServer: () => Promise<void>;
  readonly restartServer: () => Promise<void>;
  /** The server takes whatever comes and answers nothing. */
  readonly freeze: () => Promise<void>;
  readonly thaw: () => Promise<void>;
  /** Ends every live subscription as the server does with one that reads too slowly. */
  readonly dropSlowConsumer?: () => Promise<void>;
}

/** What the suite needs from an adapter's spec. */
export interface EventStoreHarness {
  /** A client of a store that is empty, or of a server that others have written to. */
  readonly open: () => Promise<EventStore>;
  /** True when {@link open} may find events of others. */
  readonly shared?: boolean;
  /** Another client on the data of the store that was opened last, as after a restart of this process. */
  readonly reopen?: () => Promise<EventStore>;
  /** Deletes a stream for good, as an administrator would. */
  readonly tombstone?: (stream: string) => Promise<void>;
  readonly faults?: EventStoreFaults;
}

/** What each part of the suite works with: one store, in which every test has streams and types of its own. */
export interface ContractContext {
  readonly harness: EventStoreHarness;
  readonly store: () => EventStore;
}

/** Event types of a test of its own: a shared store holds others too. */
export const uniqueType = (): string => `NumberNoted-${newUuid()}`;
export const uniqueStream = (): string => `contract-${newUuid()}`;
export const newCommandId = (): CommandId => newUuid() as CommandId;

/** Appends `count` new events to a stream of their own. */
export const appendNew = async (
  store: EventStore,
  count: number,
  type?: string,
): Promise<{ stream: string; events: NewEvent[]; result: AppendResult }> => {
  const stream = uniqueStream();
  const events = newEvents(count, type === undefined ? {} : { type });
  return { stream, events, result: await store.append(stream, 'none', events) };
};
