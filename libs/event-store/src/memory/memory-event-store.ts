import { type CommandMeta, type JsonObject, messageOf } from '#kernel';
import { type EventText, toTexts } from '../event-text.js';
import { assertAppendable, assertReadable, assertSubscribable } from '../preconditions.js';
import { claimOf } from '../claim.js';
import {
  CommandReusedError,
  OutcomeUnknownError,
  StoreUnavailableError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongRevisionError,
} from '../errors.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StoreHealth,
  SubscribeOptions,
  SubscriptionBatch,
} from '../event-store.js';
import { tail, Waker } from '../tail.js';

/** Data and meta are kept as text, so that neither writer nor reader can change what is recorded. */
interface Kept extends EventText, Pick<RecordedEvent, 'stream' | 'revision' | 'position'> {}

const toEvent = ({ data, meta, ...rest }: Kept): RecordedEvent => ({
  ...rest,
  data: JSON.parse(data) as JsonObject,
  meta: JSON.parse(meta) as CommandMeta,
});

const resultOf = (last: Kept): AppendResult => ({ revision: last.revision, position: last.position });

/** What outlives a client: hand it to the next one, as a restarted process opens the same file. */
export class MemoryLog {
  readonly all: Kept[] = [];
  readonly streams = new Map<string, Kept[]>();
  /** By command id: the stream that it was used for. */
  readonly claims = new Map<string, string>();
  readonly deleted = new Set<string>();
  readonly commits = new Waker();
  state: 'up' | 'down' | 'frozen' = 'up';
}

/** The in-memory twin of the other stores, for tests and simulations; it can be down or frozen on demand. */
export class MemoryEventStore implements EventStore {
  readonly #closing = new AbortController();

  constructor(private readonly log = new MemoryLog()) {}

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    assertAppendable(stream, expected, events);
    const texts = toTexts(events);
    if (this.log.state !== 'frozen') this.#assertUp();
    const result = this.#append(stream, expected, texts, claimOf(events));
    this.log.commits.wake();
    if (this.log.state === 'frozen') throw new OutcomeUnknownError(`No answer to the append to ${stream}.`);
    return result;
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    assertReadable(options);
    this.#assertUp();
    if (this.log.deleted.has(stream)) throw new StreamDeletedError(stream);
    const kept = this.log.streams.get(stream);
    if (kept === undefined) throw new StreamNotFoundError(stream);
    const { from, limit, direction } = options;
    const chosen =
      direction === 'backwards'
        ? kept.slice(0, from === undefined ? undefined : Number(from) + 1).reverse()
        : kept.slice(Number(from ?? 0));
    return chosen.slice(0, limit).map(toEvent);
  }

  async readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    assertReadable(options);
    return this.#read(options.after, options.limit, options.types);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    assertSubscribable(options);
    return tail(options, {
      signal: AbortSignal.any([options.signal, this.#closing.signal]),
      read: async (after, limit, types) => this.#readBatch(after, limit, types),
      waker: this.log.commits,
    });
  }

  async head(): Promise<Position | undefined> {
    this.#assertUp();
    return this.log.all.at(-1)?.position;
  }

  async health(): Promise<StoreHealth> {
    try {
      this.#assertUp();
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  /** From now on everything is refused and nothing is written. */
  goDown(): void {
    this.#change('down');
  }

  /** From now on appends are written, but nobody is told. */
  freeze(): void {
    this.#change('frozen');
  }

  comeBack(): void {
    this.#change('up');
  }

  /** Deletes a stream for good, as an administrator of a server could. */
  tombstone(stream: string): void {
    this.log.deleted.add(stream);
  }

  #change(state: MemoryLog['state']): void {
    this.log.state = state;
    this.log.commits.wake();
  }

  #assertUp(): void {
    if (this.#closing.signal.aborted) throw new StoreUnavailableError('The event store is closed.');
    if (this.log.state !== 'up') throw new StoreUnavailableError(`The event store is ${this.log.state}.`);
  }

  #append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly EventText[],
    claim: string | undefined,
  ): AppendResult {
    if (this.log.deleted.has(stream)) throw new StreamDeletedError(stream);
    if (claim !== undefined && (this.log.claims.get(claim) ?? stream) !== stream) throw new CommandReusedError(stream);
    const kept = this.log.streams.get(stream) ?? [];
    const next = expected === 'none' ? 0 : Number(expected) + 1;
    if (next !== kept.length) return this.#repeated(stream, expected, kept.slice(next, next + events.length), events);
    this.log.streams.set(stream, kept);
    if (claim !== undefined) this.log.claims.set(claim, stream);
    for (const event of events) {
      const one: Kept = {
        ...event,
        stream,
        revision: BigInt(kept.length),
        position: String(this.log.all.length + 1),
      };
      kept.push(one);
      this.log.all.push(one);
    }
    return resultOf(lastOf(kept));
  }

  #repeated(
    stream: string,
    expected: ExpectedRevision,
    found: readonly Kept[],
    events: readonly EventText[],
  ): AppendResult {
    if (!events.every(({ id }, index) => id === found[index]?.id))
      throw new WrongRevisionError(stream, expected, this.#revisionOf(stream));
    const same = events.every(({ type, data }, index) => type === found[index]?.type && data === found[index].data);
    if (!same) throw new CommandReusedError(stream);
    return resultOf(lastOf(found));
  }

  #revisionOf(stream: string): ExpectedRevision {
    return this.log.streams.get(stream)?.at(-1)?.revision ?? 'none';
  }

  #read(after: Position | undefined, limit: number, types: readonly string[] | undefined): RecordedEvent[] {
    this.#assertUp();
    const found: RecordedEvent[] = [];
    for (let index = Number(after ?? 0); index < this.log.all.length && found.length < limit; index += 1) {
      const kept = this.log.all[index];
      if (kept !== undefined && (types === undefined || types.includes(kept.type))) found.push(toEvent(kept));
    }
    return found;
  }

  #readBatch(after: Position | undefined, limit: number, types: readonly string[] | undefined): SubscriptionBatch {
    const events = this.#read(after, limit, types);
    const last = events.at(-1);
    if (events.length === limit && last !== undefined) return { events, position: last.position, caughtUp: false };
    return { events, position: this.log.all.at(-1)?.position ?? after ?? '0', caughtUp: true };
  }
}

const lastOf = (kept: readonly Kept[]): Kept => {
  const last = kept.at(-1);
  if (last === undefined) throw new RangeError('Nothing was kept.');
  return last;
};
