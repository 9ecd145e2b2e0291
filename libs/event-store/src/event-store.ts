import type { CommandMeta, EventId, Instant, JsonObject } from '#kernel';

/** An opaque place in the global order of one store; compare with {@link comparePositions} only. */
export type Position = string;

/** The revision that an append states it has read: `none` for a stream that must not exist yet. */
export type ExpectedRevision = bigint | 'none';

/** An event on its way into the store. The id is derived from the command id, so a repeated append is recognised. */
export interface NewEvent {
  readonly id: EventId;
  readonly type: string;
  readonly schemaVersion: number;
  readonly recordedAt: Instant;
  readonly data: JsonObject;
  readonly meta: CommandMeta;
}

/** An event as the store holds it. */
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  /** 0 for the first event of its stream. */
  readonly revision: bigint;
  readonly position: Position;
}

export interface AppendResult {
  /** Revision of the last event of this append. */
  readonly revision: bigint;
  /** Position of the last event of this append. */
  readonly position: Position;
  /** Another client had recorded just this before. Told by stores that several processes write to. */
  readonly isRepeat?: true;
}

export interface ReadStreamOptions {
  /** Start at this revision, inclusive; default: the first, or the last when backwards. */
  readonly from?: bigint;
  /** At most this many events, at least 1. */
  readonly limit?: number;
  readonly direction?: 'forwards' | 'backwards';
}

export interface ReadAllOptions {
  /** Exclusive; absent: from the start. */
  readonly after?: Position | undefined;
  /** At most this many events, at least 1. */
  readonly limit: number;
  /** Only these event types, named in full; absent: all, empty: none. */
  readonly types?: readonly string[];
}

export interface SubscribeOptions {
  /** Exclusive; absent: from the start. */
  readonly after?: Position | undefined;
  /** Only these event types, named in full; absent: all, empty: none. */
  readonly types?: readonly string[];
  /** Ends the iteration without an error. */
  readonly signal: AbortSignal;
  /** At most this many events a batch; default 512. */
  readonly batchSize?: number;
  /** Told when the feed is lost (with the reason) and when it is back. */
  readonly onHealth?: (health: SubscriptionHealth) => void;
}

export type SubscriptionHealth = { readonly state: 'live' } | { readonly state: 'broken'; readonly reason: string };

/** A step of a subscription: events in order, and the position up to which everything that matches has been delivered. */
export interface SubscriptionBatch {
  readonly events: readonly RecordedEvent[];
  /**
   * Resume after this. Moves on even when nothing matched, so store it for rare types too; on a server it then lags
   * some hundred events behind. Without types it is never before the last event.
   */
  readonly position: Position;
  /** True when, at the moment of reading, nothing more was in the store. */
  readonly caughtUp: boolean;
}

export type StoreHealth = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * The truth. Every adapter passes `event-store.contract.ts`.
 *
 * Errors are subclasses of {@link EventStoreError}; nothing else is thrown on purpose.
 */
export interface EventStore {
  /**
   * Appends all events or none. Durable once resolved (G1).
   *
   * A repeat with the same event ids and the same expected revision answers with the first result, for ever; the same
   * ids with other content are refused with {@link CommandReusedError}. A retry must therefore keep the expected
   * revision of its first try.
   *
   * Events of a command with an idempotency key (whose meta has a `fingerprint`) also claim its id for their stream,
   * for ever: no other stream takes events of the same command, whoever is first (G4). They share their meta.
   *
   * @throws WrongRevisionError when the stream is at another revision
   * @throws CommandReusedError when the ids are known with other content, or the command is claimed by another stream
   * @throws EventTooLargeError when the data and meta of all its events exceed {@link MAX_APPEND_BYTES}, before anything is sent
   * @throws TypeError for what is a defect of the caller: no events, an empty or reserved (`$…`) name, an id that is no
   * UUID, a negative revision
   * @throws StreamDeletedError when the stream was deleted for good
   * @throws StoreUnavailableError when the store refused or could not be reached; nothing was written
   * @throws OutcomeUnknownError when the answer did not come in time; repeat the same append to learn it
   */
  append(stream: string, expectedRevision: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult>;

  /**
   * Events of one stream in order.
   * @throws StreamNotFoundError @throws StreamDeletedError @throws DamagedEventError @throws StoreUnavailableError
   */
  readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]>;

  /**
   * Events of all streams in commit order. A reader that has seen N never later finds one before N.
   * @throws DamagedEventError @throws StoreUnavailableError
   */
  readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]>;

  /**
   * Catch-up, then live, without gap or double. Reads no further than one batch ahead of a slow consumer. After a lost
   * connection it resubscribes by itself with back-off and reports through `onHealth`.
   * @throws DamagedEventError while iterating
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch>;

  /** Position of the last event; undefined while the store is empty. @throws StoreUnavailableError */
  head(): Promise<Position | undefined>;

  /** Whether the store can be used, with the reason where it cannot. Never rejects. */
  health(): Promise<StoreHealth>;

  /** Releases everything; pending appends are finished first, subscriptions end. Once closed, the store is unavailable. */
  close(): Promise<void>;
}

/** A place in the log and, where a store has it, one within that place. */
const partsOf = (position: Position = '-1'): readonly [bigint, bigint] => {
  const [major = '', minor = major] = position.split('.');
  return [BigInt(major), BigInt(minor)];
};

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Total order of positions of one store; an absent position is before all. */
export const comparePositions = (a: Position | undefined, b: Position | undefined): number => {
  if (a === b) return 0;
  const [left, right] = [partsOf(a), partsOf(b)];
  return compare(left[0], right[0]) || compare(left[1], right[1]);
};

/** Data and meta, as UTF-8 JSON, of all events of one append: what a KurrentDB server takes by default. */
export const MAX_APPEND_BYTES = 1024 * 1024;
