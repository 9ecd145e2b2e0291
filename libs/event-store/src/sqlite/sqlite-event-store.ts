import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { LRUCache } from 'lru-cache';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '#kernel';
import { toTexts } from '../event-text.js';
import { assertAppendable, assertReadable, assertSubscribable } from '../preconditions.js';
import { claimOf } from '../claim.js';
import { DamagedEventError, StoreUnavailableError, StreamNotFoundError } from '../errors.js';
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
import { AppendClient } from './append-client.js';
import { CommitNews } from './commit-news.js';
import { openForReading } from './database.js';
import { SqliteWriter } from './writer.js';

const COLUMNS =
  'e.position, s.name AS stream, e.revision, e.id, e.type, e.schema_version, e.recorded_at, e.data, e.meta';
const FROM = `SELECT ${COLUMNS} FROM events e JOIN streams s ON s.id = e.stream`;

/** The next events of one type, found by index: a rare type among a million others costs no more than it has events. */
const NEXT_OF_TYPE =
  'SELECT * FROM (SELECT position FROM events WHERE type = ? AND position > ? ORDER BY position LIMIT ?)';

/** The next positions of several types, in order; parameters: type, after and limit for each, then the limit. */
const nextOf = (types: readonly string[]): string =>
  `${types.map(() => NEXT_OF_TYPE).join(' UNION ALL ')} ORDER BY position LIMIT ?`;

/** What this client has just written or read is at hand for its followers: at most this many characters of JSON. */
const MAX_RECENT = 4 * 1024 * 1024;

/** A store that this process only reads is written by another one: nobody tells it of commits, so it looks. */
const LOOK_EVERY_MS = 200;

interface Row {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: NewEvent['id'];
  readonly type: string;
  readonly schema_version: number;
  readonly recorded_at: NewEvent['recordedAt'];
  readonly data: string;
  readonly meta: string;
}

const parse = (text: string, { stream, revision, position }: Row): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DamagedEventError(stream, BigInt(revision), String(position), { cause });
  }
};

const toEvent = (row: Row): RecordedEvent => ({
  id: row.id,
  type: row.type,
  schemaVersion: row.schema_version,
  recordedAt: row.recorded_at,
  data: parse(row.data, row) as RecordedEvent['data'],
  meta: parse(row.meta, row) as RecordedEvent['meta'],
  stream: row.stream,
  revision: BigInt(row.revision),
  position: String(row.position),
});

const rethrow = (error: Error): never => {
  throw error;
};

/** The embedded event store: a SQLite file with one writer thread; this client reads on a connection of its own. */
export class SqliteEventStore implements EventStore {
  readonly #database: DatabaseSyncInstance;
  readonly #statements = new Map<string, StatementSyncInstance>();
  readonly #recent = new LRUCache<number, RecordedEvent>({ maxSize: MAX_RECENT });
  readonly #commits = new Waker();
  readonly #news = new CommitNews();
  readonly #appends: AppendClient | undefined;
  readonly #closing = new AbortController();

  private constructor(
    file: string,
    port: MessagePort | undefined,
    private readonly writer: SqliteWriter | undefined,
  ) {
    this.#database = openForReading(file);
    this.#appends =
      port &&
      new AppendClient(port, (committed) => {
        this.#news.take(committed);
        this.#commits.wake();
      });
  }

  /**
   * Opens the file with a writer of its own.
   * @param onDeath told when the writer dies, after which every append is refused; without it the process dies as well
   * @throws StoreUnavailableError when another process writes to it
   */
  static async open(file: string, onDeath: (error: Error) => void = rethrow): Promise<SqliteEventStore> {
    const writer = await SqliteWriter.start(file, onDeath);
    return new SqliteEventStore(file, writer.connect(), writer);
  }

  /** One more client of a running writer, in this thread or another. */
  static connect(file: string, port: MessagePort): SqliteEventStore {
    return new SqliteEventStore(file, port, undefined);
  }

  /** Reads a store that is stopped, or that another process writes; appends are refused. */
  static openForReading(file: string): SqliteEventStore {
    return new SqliteEventStore(file, undefined, undefined);
  }

  /** A port to this store's writer for another thread. */
  connectPort(): MessagePort {
    if (this.writer === undefined) throw new StoreUnavailableError('This client does not own the writer.');
    return this.writer.connect();
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    assertAppendable(stream, expected, events);
    const rows = toTexts(events);
    if (this.#appends === undefined) throw new StoreUnavailableError('The event store was opened for reading only.');
    const { revision, position, isNew } = await this.#appends.append(stream, expected, rows, claimOf(events));
    const first = { revision: revision - events.length + 1, position: position - events.length + 1 };
    for (const [index, event] of isNew ? events.entries() : []) {
      const place = { revision: BigInt(first.revision + index), position: String(first.position + index) };
      this.#remember({ ...event, stream, ...place }, rows[index]);
    }
    return { revision: BigInt(revision), position: String(position) };
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    assertReadable(options);
    const known = this.#query('SELECT id FROM streams WHERE name = ?', [stream])[0];
    if (known === undefined) throw new StreamNotFoundError(stream);
    const backwards = options.direction === 'backwards';
    const from = options.from === undefined ? (backwards ? Number.MAX_SAFE_INTEGER : 0) : Number(options.from);
    const sql = `${FROM} WHERE e.stream = ? AND e.revision ${backwards ? '<=' : '>='} ?
                 ORDER BY e.revision ${backwards ? 'DESC' : 'ASC'} LIMIT ?`;
    return this.#query<Row>(sql, [Number(known['id']), from, options.limit ?? -1]).map(toEvent);
  }

  async readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    assertReadable(options);
    const { after, limit, types } = options;
    await nextTurn();
    return this.#readAfter(Number(after ?? 0), limit, types);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    assertSubscribable(options);
    return tail(options, {
      signal: AbortSignal.any([options.signal, this.#closing.signal]),
      read: (after, limit, types) => this.#readBatch(after, limit, types),
      waker: this.#commits,
      ...(this.#appends === undefined ? { lookEveryMs: LOOK_EVERY_MS } : {}),
    });
  }

  async head(): Promise<Position | undefined> {
    const head = this.#head();
    return head === 0 ? undefined : String(head);
  }

  async health(): Promise<StoreHealth> {
    try {
      this.#head();
      const refusal = this.#appends?.refusal;
      return refusal === undefined ? { ok: true } : { ok: false, reason: refusal };
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#appends?.close();
    // The writer goes last: only the last connection can leave everything in the one file.
    this.#database.close();
    await this.writer?.close();
  }

  /**
   * Reading is synchronous inside, so each batch begins in a turn of its own: a long catch-up must not starve the rest.
   * Near the end all followers of this client share what one of them has read; far from it, types are found by index.
   *
   * The head is known before the events are read, so that a position up to which "all was delivered" is never promised
   * too far.
   */
  async #readBatch(
    after: Position | undefined,
    limit: number,
    types: readonly string[] | undefined,
  ): Promise<SubscriptionBatch> {
    await nextTurn();
    const from = Number(after ?? 0);
    const head = Math.max(from, this.#news.head ?? this.#head());
    if (types !== undefined && this.#news.isQuiet(types, from))
      return { events: [], position: String(head), caughtUp: true };
    if (types !== undefined && head - from > limit) {
      const events = this.#readTypes(from, limit, types);
      const last = Number(events.at(-1)?.position ?? from);
      const caughtUp = events.length < limit;
      // What was read may reach further than what was told.
      return { events, position: String(caughtUp ? Math.max(head, last) : last), caughtUp };
    }
    const events = this.#readNear(from, limit);
    const position = events.at(-1)?.position ?? String(from);
    return {
      events: types === undefined ? events : events.filter(({ type }) => types.includes(type)),
      position,
      caughtUp: events.length < limit && Number(position) >= head,
    };
  }

  /** Positions have no gaps, so a run of them in memory is all there is between its ends. */
  #readNear(after: number, limit: number): RecordedEvent[] {
    const events: RecordedEvent[] = [];
    while (events.length < limit) {
      const event = this.#recent.get(after + events.length + 1);
      if (event === undefined) break;
      events.push(event);
    }
    return events.length > 0 ? events : this.#readAfter(after, limit, undefined);
  }

  #readAfter(after: number, limit: number, types: readonly string[] | undefined): RecordedEvent[] {
    if (types !== undefined) return this.#readTypes(after, limit, types);
    const rows = this.#query<Row>(`${FROM} WHERE e.position > ? ORDER BY e.position LIMIT ?`, [after, limit]);
    return rows.map((row) => {
      const event = toEvent(row);
      this.#remember(event, row);
      return event;
    });
  }

  #remember(event: RecordedEvent, texts: Pick<Row, 'data' | 'meta'> | undefined): void {
    const size = (texts?.data.length ?? 0) + (texts?.meta.length ?? 0);
    this.#recent.set(Number(event.position), event, { size });
  }

  #readTypes(after: number, limit: number, types: readonly string[]): RecordedEvent[] {
    if (types.length === 0) return [];
    const parameters = [...types.flatMap((type) => [type, after, limit]), limit];
    const sql = `${FROM} WHERE e.position IN (${nextOf(types)}) ORDER BY e.position`;
    return this.#query<Row>(sql, parameters).map(toEvent);
  }

  #head(): number {
    return Number(this.#query('SELECT coalesce(max(position), 0) AS head FROM events', [])[0]?.['head']);
  }

  #query<R = Record<string, unknown>>(sql: string, parameters: readonly (string | number)[]): R[] {
    try {
      let statement = this.#statements.get(sql);
      if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
      return statement.all(...parameters) as R[];
    } catch (cause) {
      throw new StoreUnavailableError('The event store could not be read.', { cause });
    }
  }
}
