import { instantToMs, newUuid, systemClock } from '#kernel';

export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface Entry extends Proposed {
  readonly stream: string;
  readonly revision: bigint;
  /** Where its record begins in the transaction log. */
  readonly position: bigint;
  /** Where the next record begins. */
  readonly end: bigint;
  /** Ticks of 100 ns since the epoch. */
  readonly created: bigint;
}

/** What a writer expects: a revision, or -1 for no stream, -2 for any, -4 for one that exists. */
export type Expected = bigint;
export const NO_STREAM = -1n;
export const ANY = -2n;

export type Appended =
  | { readonly kind: 'success'; readonly revision: bigint; readonly position: bigint }
  | { readonly kind: 'wrong-version'; readonly current: bigint }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'too-large' };

interface Stream {
  readonly entries: Entry[];
  /** The first revision that is still seen; a soft delete moves it past the end. */
  firstSeen: number;
  tombstoned: boolean;
}

export const MAX_APPEND_SIZE = 1024 * 1024;
const RECORD_OVERHEAD = 120;
const SYSTEM_EVENT_EVERY = 40;

const sizeOf = ({ type, data, metadata }: Proposed): number => type.length * 2 + data.length + metadata.length;

/** The server's memory: streams and the transaction log in commit order, with events of the server's own in between. */
export class StandInLog {
  readonly entries: Entry[] = [];
  readonly #streams = new Map<string, Stream>();
  readonly #listeners = new Set<(entry: Entry) => void>();
  #appends = 0;

  constructor() {
    this.#writeSystemEvent();
  }

  get end(): bigint {
    return this.entries.at(-1)?.end ?? 0n;
  }

  /** Calls back for each event at the moment of its commit. */
  onCommit(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Index of the first entry at or after a position. */
  indexAt(position: bigint): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle]?.position ?? 0n) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  read(stream: string): { readonly entries: readonly Entry[]; readonly kind: 'found' | 'not-found' | 'deleted' } {
    const found = this.#streams.get(stream);
    if (found?.tombstoned) return { kind: 'deleted', entries: [] };
    if (found === undefined || found.firstSeen >= found.entries.length) return { kind: 'not-found', entries: [] };
    return { kind: 'found', entries: found.entries.slice(found.firstSeen) };
  }

  append(name: string, expected: Expected, events: readonly Proposed[]): Appended {
    if (events.reduce((sum, event) => sum + sizeOf(event), 0) > MAX_APPEND_SIZE) return { kind: 'too-large' };
    const stream = this.#streams.get(name) ?? { entries: [], firstSeen: 0, tombstoned: false };
    if (stream.tombstoned) return { kind: 'deleted' };
    const current = BigInt(stream.entries.length) - 1n;
    const softDeleted = current >= 0n && stream.firstSeen > Number(current);
    if (expected >= NO_STREAM && expected < current && !(expected === NO_STREAM && softDeleted))
      return this.#repeated(stream, expected, events);
    if (expected > current) return { kind: 'wrong-version', current };
    if (events.length === 0) return { kind: 'success', revision: 0n, position: 0n };
    this.#streams.set(name, stream);
    for (const event of events) this.#write(name, stream, event);
    this.#appends += 1;
    const last = stream.entries.at(-1);
    const result = { kind: 'success', revision: last?.revision ?? 0n, position: last?.position ?? 0n } as const;
    if (this.#appends % SYSTEM_EVENT_EVERY === 0) this.#writeSystemEvent();
    return result;
  }

  tombstone(name: string): void {
    this.#streams.set(name, { entries: [], firstSeen: 0, tombstoned: true });
  }

  /** A soft delete: the events are gone, the revisions go on. */
  delete(name: string): void {
    const stream = this.#streams.get(name);
    if (stream !== undefined) stream.firstSeen = stream.entries.length;
  }

  /** Only ids and their places are compared, never what the events hold. */
  #repeated(stream: Stream, expected: Expected, events: readonly Proposed[]): Appended {
    const found = stream.entries.slice(Number(expected) + 1, Number(expected) + 1 + events.length);
    const last = found.at(-1);
    const same = events.every(({ id }, index) => id === found[index]?.id);
    if (!same || last === undefined) return { kind: 'wrong-version', current: BigInt(stream.entries.length) - 1n };
    return { kind: 'success', revision: last.revision, position: last.position };
  }

  #write(name: string, stream: Stream, event: Proposed): void {
    const position = this.end;
    const entry: Entry = {
      ...event,
      stream: name,
      revision: BigInt(stream.entries.length),
      position,
      end: position + BigInt(RECORD_OVERHEAD + sizeOf(event)),
      created: BigInt(instantToMs(systemClock.now())) * 10_000n,
    };
    stream.entries.push(entry);
    this.entries.push(entry);
    for (const listener of this.#listeners) listener(entry);
  }

  #writeSystemEvent(): void {
    const name = '$stats-127.0.0.1:2113';
    const stream = this.#streams.get(name) ?? { entries: [], firstSeen: 0, tombstoned: false };
    this.#streams.set(name, stream);
    const nothing = Buffer.from('{}');
    this.#write(name, stream, {
      id: newUuid(),
      type: '$statsCollected',
      contentType: 'application/json',
      data: nothing,
      metadata: nothing,
    });
  }
}
