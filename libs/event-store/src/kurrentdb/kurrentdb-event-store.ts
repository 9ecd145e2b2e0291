import type * as KurrentDbModule from '@kurrent/kurrentdb-client';
import type { Filter, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { assertAppendable, assertReadable, assertSubscribable } from '../preconditions.js';
import { StoreUnavailableError } from '../errors.js';
import {
  type AppendResult,
  comparePositions,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StoreHealth,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.js';
import { Appends } from './appends.js';
import { CLAIM_TYPE } from './claims.js';
import { fromServerEvent } from './event.codec.js';
import { reasonOf } from './failures.js';
import type { FeedHooks } from './live-feed.js';
import { decodePosition, encodePosition } from './positions.js';
import { Reads } from './reads.js';
import { resubscribing } from './subscription.js';

export interface KurrentDbOptions {
  /** Wait this long for the answer to an append; then its outcome is unknown. Default 5,000. */
  readonly appendTimeoutMs?: number;
  /** Wait this long for a read. Default 10,000. */
  readonly readTimeoutMs?: number;
}

/** Health is asked often and must not hang. */
const HEALTH_TIMEOUT_MS = 2_000;

const asPattern = (type: string): string => type.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** These types only; or all but the server's own and the adapter's. */
const filterOf = (types: readonly string[] | undefined) => ({
  filterOn: 'eventType' as const,
  regex: types === undefined ? `^(?!\\$|${CLAIM_TYPE}$)` : `^(${types.map(asPattern).join('|')})$`,
  checkpointInterval: 1,
});

const load = async (): Promise<typeof KurrentDbModule> => {
  try {
    return await import('@kurrent/kurrentdb-client');
  } catch (cause) {
    throw new StoreUnavailableError(
      'KURRENTDB_URL is set, but the package @kurrent/kurrentdb-client is not installed. Run `npm install --include=optional`.',
      { cause },
    );
  }
};

/**
 * Events on a KurrentDB or EventStoreDB server (23.10 or later), over the official client.
 *
 * Two clients are kept, because the official one reads over one connection and appends and subscribes over another,
 * and a reading half that must be replaced would take appends and subscriptions down with it.
 */
export class KurrentDbEventStore implements EventStore {
  readonly #closing = new AbortController();
  readonly #reads: Reads;
  readonly #appends: Appends;
  readonly #client: KurrentDBClient;

  private constructor(
    connect: () => KurrentDBClient,
    { appendTimeoutMs = 5_000, readTimeoutMs = 10_000 }: KurrentDbOptions,
  ) {
    this.#client = connect();
    this.#reads = new Reads(connect, readTimeoutMs, this.#closing.signal);
    this.#appends = new Appends(this.#client, appendTimeoutMs, (stream, options) => this.readStream(stream, options));
  }

  /**
   * Opens the store also while its server is down: then it is unavailable until the server is there.
   *
   * @param url e.g. `kurrentdb://admin:changeit@db.example:2113?tls=true`
   * @throws TypeError when the url is none that the client understands
   * @throws StoreUnavailableError when the client is not installed
   */
  static async open(url: string, options: KurrentDbOptions = {}): Promise<KurrentDbEventStore> {
    if (/throwOnAppendFailure=false/i.test(url))
      throw new TypeError(
        'throwOnAppendFailure=false makes the client answer with wrong revisions. Take it out of KURRENTDB_URL.',
      );
    const { KurrentDBClient } = await load();
    const store = new KurrentDbEventStore(() => connectTo(KurrentDBClient, url), options);
    await store.#reads.warmUp();
    return store;
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    assertAppendable(stream, expected, events);
    return this.#appends.append(stream, expected, events);
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    assertReadable(options);
    const { from, limit, direction = 'forwards' } = options;
    const fromRevision = from ?? (direction === 'forwards' ? ('start' as const) : ('end' as const));
    const read = async (client: KurrentDBClient): Promise<RecordedEvent[]> => {
      const events: RecordedEvent[] = [];
      const request = { fromRevision, direction, ...(limit === undefined ? {} : { maxCount: limit }) };
      for await (const { event } of client.readStream(stream, request)) {
        const ours = fromServerEvent(event);
        if (ours === undefined)
          throw new StoreUnavailableError(`Stream ${stream} holds an event of another application.`);
        events.push(ours);
      }
      return events;
    };
    return this.#reads.run(read, { stream });
  }

  /** Events of other applications on the same server are passed over. */
  async readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    assertReadable(options);
    if (options.types?.length === 0) return [];
    return this.#reads.run((client) => readPages(client, options));
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    assertSubscribable(options);
    const filter = filterOf(options.types);
    const open = (after: Position | undefined, batchSize: number, hooks: FeedHooks) =>
      this.#client.subscribeToAll(
        { fromPosition: decodePosition(after) ?? 'start', filter: { ...filter, ...hooks } satisfies Filter },
        { highWaterMark: batchSize },
      );
    return resubscribing(options, AbortSignal.any([options.signal, this.#closing.signal]), open);
  }

  async head(): Promise<Position | undefined> {
    return this.#reads.run(readHead);
  }

  async health(): Promise<StoreHealth> {
    try {
      await this.#reads.run(readHead, { timeoutMs: HEALTH_TIMEOUT_MS });
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
  }

  async close(): Promise<void> {
    await this.#appends.close();
    this.#closing.abort();
    await this.#client.dispose();
  }
}

/** Pages after the first are needed only where other applications write too. */
const LATER_PAGE = 1_000;

/** The server's position is inclusive, so the event at `after` may come once more; others may be no event of ours. */
const readPages = async (
  client: KurrentDBClient,
  { after, limit, types }: ReadAllOptions,
): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  let fromPosition = decodePosition(after);
  for (let maxCount = limit + 1; ; maxCount = LATER_PAGE) {
    let read = 0;
    const page = client.readAll({ fromPosition: fromPosition ?? 'start', filter: filterOf(types), maxCount });
    for await (const { event } of page) {
      read += 1;
      fromPosition = event?.position ?? fromPosition;
      const ours = fromServerEvent(event);
      if (ours !== undefined && comparePositions(ours.position, events.at(-1)?.position ?? after) > 0)
        events.push(ours);
    }
    if (events.length >= limit || read < maxCount) return events.slice(0, limit);
  }
};

const readHead = async (client: KurrentDBClient): Promise<Position | undefined> => {
  const last = client.readAll({
    direction: 'backwards',
    fromPosition: 'end',
    filter: filterOf(undefined),
    maxCount: 1,
  });
  for await (const { event } of last) return event && encodePosition(event.position);
  return undefined;
};

/** What the client says of a wrong address repeats parts of it, and the password may be among them. */
const connectTo = (Client: typeof KurrentDBClient, url: string): KurrentDBClient => {
  try {
    return Client.connectionString(url);
  } catch (cause) {
    const [where = ''] = / at position \d+, expected [\w ]+/.exec(reasonOf(cause)) ?? [];
    throw new TypeError(
      `KURRENTDB_URL is not understood${where}. In its name and password, write special characters percent-encoded.`,
      { cause },
    );
  }
};
