import { LRUCache } from 'lru-cache';
import {
  type EventStore,
  type Position,
  type ReadStreamOptions,
  type RecordedEvent,
  StreamNotFoundError,
} from '#event-store';
import { type Clock, type CommandMeta, type DomainEvent, type Instant, instantToMs } from '#kernel';
import type { AggregateType } from './aggregate-type.js';
import { evolveRecorded } from './no-effect.js';

/** An aggregate as it was after one of its events. */
export interface Snapshot<State> {
  readonly state: State;
  readonly revision: bigint;
  readonly position: Position;
}

interface KeyedCommand {
  readonly fingerprint: string;
  readonly revision: bigint;
}

/** What is known of a stream up to a revision. */
export interface Loaded<State> {
  readonly state: State;
  readonly revision: bigint | 'none';
  readonly position: Position;
  /** By command id: the commands that came with an idempotency key. */
  readonly keyed: ReadonlyMap<string, KeyedCommand>;
  /** When nothing newer was in the store. */
  readonly asOf: Instant;
}

const KEPT = 20_000;
/** What other processes have written is found at most this much later; a read each time would cost a filing its speed. */
const RECENT_MS = 1_000;

/** The revision of the next event. */
const next = ({ revision }: Pick<Loaded<unknown>, 'revision'>): bigint => (revision === 'none' ? 0n : revision + 1n);

export const snapshotOf = <State>({ state, revision, position }: Loaded<State>): Snapshot<State> | undefined =>
  revision === 'none' ? undefined : { state, revision, position };

export const withCommand = (
  keyed: Loaded<unknown>['keyed'],
  { commandId, fingerprint }: CommandMeta,
  revision: bigint,
): Loaded<unknown>['keyed'] =>
  fingerprint === undefined ? keyed : new Map(keyed).set(commandId, { fingerprint, revision });

/**
 * What memory keeps of streams; only ever a speed-up: events never change, so it can be behind the store, not wrong.
 * Each append states the revision it stands on, and what ends without one is checked.
 */
export class AggregateMemory<State, Event extends DomainEvent> {
  readonly empty: Loaded<State>;
  readonly #kept = new LRUCache<string, Loaded<State>>({ max: KEPT });

  constructor(
    private readonly type: AggregateType<State, Event>,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {
    this.empty = { state: type.initial, revision: 'none', position: '0', keyed: new Map(), asOf: clock.now() };
  }

  get(stream: string): Loaded<State> | undefined {
    return this.#kept.get(stream);
  }

  set(stream: string, loaded: Loaded<State>): void {
    this.#kept.set(stream, loaded);
  }

  forget(stream: string): void {
    this.#kept.delete(stream);
  }

  /** What is kept if anything is, however old. */
  async recall(stream: string): Promise<Loaded<State>> {
    return this.#kept.get(stream) ?? (await this.renew(stream));
  }

  /** What is kept, and what was written since. A slow read never puts back what was written while it ran. */
  async renew(stream: string): Promise<Loaded<State>> {
    const asOf = this.clock.now();
    const before = this.#kept.get(stream) ?? this.empty;
    const loaded = { ...this.#fold(await this.#read(stream, { from: next(before) }), before), asOf };
    const kept = this.#kept.get(stream);
    if (kept !== undefined && next(kept) > next(loaded)) return kept;
    if (loaded.revision !== 'none') this.#kept.set(stream, loaded);
    return loaded;
  }

  isRecent({ asOf }: Loaded<State>): boolean {
    return Math.abs(instantToMs(this.clock.now()) - instantToMs(asOf)) < RECENT_MS;
  }

  /** Only an append finds out that memory is behind the store; a decision that ends without one has to look. */
  async isNewest(stream: string, loaded: Loaded<State>): Promise<boolean> {
    const newer = await this.#read(stream, { from: next(loaded), limit: 1 });
    return newer.length === 0;
  }

  /** As it was after one of its events. */
  async at(stream: string, revision: bigint): Promise<Loaded<State>> {
    return this.#fold(await this.#read(stream, { limit: Number(revision) + 1 }), this.empty);
  }

  async #read(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    try {
      return await this.events.readStream(stream, options);
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    }
  }

  #fold(recorded: readonly RecordedEvent[], before: Loaded<State>): Loaded<State> {
    const keyed = new Map(before.keyed);
    let { state, revision, position } = before;
    for (const event of recorded) {
      state = evolveRecorded(this.type, state, event);
      ({ revision, position } = event);
      const { commandId, fingerprint } = event.meta;
      if (fingerprint !== undefined) keyed.set(commandId, { fingerprint, revision });
    }
    return { ...before, state, revision, position, keyed };
  }
}
