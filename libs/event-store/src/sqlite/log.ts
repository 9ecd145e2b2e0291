import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { LRUCache } from 'lru-cache';
import { messageOf } from '#kernel';
import type { EventText } from '../event-text.js';
import type { AppendReply, AppendRequest } from './protocol.js';

interface StreamRow {
  readonly id: number;
  readonly head: number;
}

interface WrittenRow {
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

interface ClaimRow {
  readonly stream: number;
}

interface Stream {
  readonly id: number;
  head: number;
}

const DISK_TROUBLES: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'The disk is full.',
  SQLITE_READONLY: 'The data folder is read-only.',
  SQLITE_IOERR: 'The disk failed.',
  SQLITE_CANTOPEN: 'The data folder cannot be opened.',
};

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'sqliteCodeName' in error ? String(error.sqliteCodeName) : '';
  const known = Object.entries(DISK_TROUBLES).find(([prefix]) => code.startsWith(prefix));
  return `${known?.[1] ?? 'The event store failed.'} (${messageOf(error)})`;
};

/**
 * The append-only log on one connection: many appends, one commit, one fsync.
 *
 * A refused append writes nothing, so a batch needs no savepoints; if the commit itself fails, the whole batch is
 * answered as unavailable and the log continues where it ended before.
 */
export class Log {
  #head: number;
  readonly #streams = new LRUCache<string, Stream>({ max: 100_000 });
  readonly #statements;

  constructor(private readonly database: DatabaseSyncInstance) {
    this.#statements = {
      head: database.prepare('SELECT coalesce(max(position), 0) AS head FROM events'),
      stream: database.prepare(
        `SELECT id, (SELECT coalesce(max(revision), -1) FROM events WHERE stream = streams.id) AS head
         FROM streams WHERE name = ?`,
      ),
      addStream: database.prepare('INSERT INTO streams (name) VALUES (?)'),
      addEvent: database.prepare(
        `INSERT INTO events (position, stream, revision, id, type, schema_version, recorded_at, data, meta)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      claim: database.prepare('SELECT stream FROM claims WHERE command = ?'),
      addClaim: database.prepare('INSERT INTO claims (command, stream) VALUES (?, ?)'),
      repeated: database.prepare(
        'SELECT position, id, type, data FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
      ),
    };
    this.#head = this.#readHead();
  }

  /** Position of the last event; 0 when there is none. */
  get head(): number {
    return this.#head;
  }

  /** Writes what can be written, in the order asked, durably before it returns. */
  commit(requests: readonly AppendRequest[]): AppendReply[] {
    const before = this.#head;
    try {
      this.database.exec('BEGIN IMMEDIATE');
      const replies = requests.map((request) => this.#append(request));
      this.database.exec('COMMIT');
      return replies;
    } catch (error) {
      this.#rollBack(before);
      return requests.map(({ ticket }) => ({ ticket, kind: 'unavailable', reason: reasonOf(error) }));
    }
  }

  #append({ ticket, stream: name, expected, rows, claim }: AppendRequest): AppendReply {
    const known = this.#find(name);
    const claimed = claim === undefined ? undefined : this.#claimedBy(claim);
    if (claimed !== undefined && claimed !== known?.id) return { ticket, kind: 'reused' };
    const actual = known?.head ?? -1;
    if (actual !== expected)
      return this.#repeated(ticket, known, expected, rows) ?? { ticket, kind: 'wrong-revision', actual };
    const stream = known ?? this.#create(name);
    if (claim !== undefined && claimed === undefined) this.#statements.addClaim.run(claim, stream.id);
    for (const row of rows) {
      stream.head += 1;
      this.#head += 1;
      const { id, type, schemaVersion, recordedAt, data, meta } = row;
      this.#statements.addEvent.run(
        this.#head,
        stream.id,
        stream.head,
        id,
        type,
        schemaVersion,
        recordedAt,
        data,
        meta,
      );
    }
    return { ticket, kind: 'appended', revision: stream.head, position: this.#head };
  }

  /** The first answer again, when exactly these events were written right after the expected revision. */
  #repeated(
    ticket: number,
    stream: Stream | undefined,
    expected: number,
    rows: readonly EventText[],
  ): AppendReply | undefined {
    if (stream === undefined || stream.head < expected + rows.length) return undefined;
    const found = this.#statements.repeated.all(stream.id, expected, rows.length) as WrittenRow[]; // as selected
    if (!rows.every((row, index) => row.id === found[index]?.id)) return undefined;
    const same = rows.every((row, index) => row.type === found[index]?.type && row.data === found[index].data);
    if (!same) return { ticket, kind: 'reused' };
    return { ticket, kind: 'repeated', revision: expected + rows.length, position: found.at(-1)?.position ?? 0 };
  }

  /** The id of the stream that a command was used for. */
  #claimedBy(command: string): number | undefined {
    return (this.#statements.claim.get(command) as ClaimRow | undefined)?.stream; // as selected
  }

  #find(name: string): Stream | undefined {
    const cached = this.#streams.get(name);
    if (cached !== undefined) return cached;
    const row = this.#statements.stream.get(name) as StreamRow | undefined; // as selected
    if (row === undefined) return undefined;
    const stream = { id: row.id, head: row.head };
    this.#streams.set(name, stream);
    return stream;
  }

  #create(name: string): Stream {
    const { lastInsertRowid } = this.#statements.addStream.run(name);
    const stream = { id: Number(lastInsertRowid), head: -1 };
    this.#streams.set(name, stream);
    return stream;
  }

  /** SQLite has already rolled back by itself when the disk is full; asking again must not hide the first error. */
  #rollBack(head: number): void {
    if (this.database.isTransaction) this.database.exec('ROLLBACK');
    this.#streams.clear();
    this.#head = head;
  }

  #readHead(): number {
    return (this.#statements.head.get() as Pick<StreamRow, 'head'>).head; // an aggregate always has a row
  }
}
