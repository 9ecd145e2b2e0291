import { LRUCache } from 'lru-cache';
import { type Clock, type CommandMeta, type DomainEvent, DomainError, eventIdOf, type TenantId } from '#kernel';
import {
  type AppendResult,
  CommandReusedError,
  OutcomeUnknownError,
  type EventStore,
  type NewEvent,
  type Position,
  type ReadStreamOptions,
  type RecordedEvent,
  StreamNotFoundError,
  WrongRevisionError,
} from '#event-store';
import type { AggregateType } from './aggregate-type.js';

/** An aggregate as it was after one of its events. */
export interface Snapshot<State> {
  readonly state: State;
  readonly revision: bigint;
  readonly position: Position;
}

export interface Change<State> extends Snapshot<State> {
  /** True when this very command had been carried out before: the snapshot is the one it led to then (G4). */
  readonly replayed: boolean;
}

interface KeyedCommand {
  readonly fingerprint: string;
  readonly revision: bigint;
}

/** What memory keeps of a stream; only ever a speed-up: each append states the revision it stands on, and what ends without one is checked. */
interface Loaded<State> {
  readonly state: State;
  readonly revision: bigint | 'none';
  readonly position: Position;
  readonly keyed: ReadonlyMap<string, KeyedCommand>;
}

type Decide<State, Event> = (state: State) => readonly Event[] | Promise<readonly Event[]>;

/** Writers on one request are few; whoever loses this often meets a defect, not a rival. */
const MAX_ATTEMPTS = 10;
const KEPT_IN_MEMORY = 20_000;

export class AggregateStore<State, Event extends DomainEvent> {
  readonly #memory = new LRUCache<string, Loaded<State>>({ max: KEPT_IN_MEMORY });
  readonly #turns = new Map<string, Promise<void>>();
  readonly #empty: Loaded<State>;

  constructor(
    private readonly type: AggregateType<State, Event>,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {
    this.#empty = { state: type.initial, revision: 'none', position: '0', keyed: new Map() };
  }

  /** Another tenant's aggregate is in another stream, so it cannot be found by mistake (G9). */
  streamOf(tenantId: TenantId, id: string): string {
    return `${this.type.category}-${tenantId}.${id}`;
  }

  /** The aggregate as the newest event in memory or store left it; undefined when it has none. */
  async find(tenantId: TenantId, id: string): Promise<Snapshot<State> | undefined> {
    const { state, revision, position } = await this.#recall(this.streamOf(tenantId, id));
    return revision === 'none' ? undefined : { state, revision, position };
  }

  /**
   * Decides on the current state and records the outcome; when another writer was faster, decides again on what it left (G5).
   *
   * @param ifRevision decide only if the aggregate is at this revision
   * @throws DomainError what `decide` refuses, `precondition-failed`, or `conflict` for a key used with another command
   */
  change(
    id: string,
    meta: CommandMeta,
    decide: Decide<State, Event>,
    { ifRevision, isNew = false }: { readonly ifRevision?: bigint | undefined; readonly isNew?: boolean } = {},
  ): Promise<Change<State>> {
    const stream = this.streamOf(meta.tenantId, id);
    return this.#inTurn(stream, () => this.#change(stream, meta, decide, ifRevision, isNew));
  }

  async #change(
    stream: string,
    meta: CommandMeta,
    decide: Decide<State, Event>,
    ifRevision: bigint | undefined,
    isNew: boolean,
  ): Promise<Change<State>> {
    for (let attempt = 1; ; attempt += 1) {
      const first = attempt === 1 && isNew ? this.#empty : undefined;
      const loaded = this.#memory.get(stream) ?? first ?? (await this.#recall(stream));
      try {
        const earlier = await this.#earlier(stream, loaded, meta);
        if (earlier !== undefined) return earlier;
        assertRevision(loaded.revision, ifRevision);
        const decided = await decide(loaded.state);
        if (decided.length > 0) return await this.#append(stream, loaded, decided, meta);
        if (await this.#isNewest(stream, loaded.revision)) return unchanged(loaded);
      } catch (error) {
        const again =
          isConflict(error) || (error instanceof DomainError && !(await this.#isNewest(stream, loaded.revision)));
        if (!again || attempt === MAX_ATTEMPTS) throw error;
      }
      this.#memory.delete(stream);
    }
  }

  /** Only an append finds out that memory is behind the store; a decision that ends without one has to look. */
  async #isNewest(stream: string, revision: bigint | 'none'): Promise<boolean> {
    const newer = await this.#read(stream, { from: revision === 'none' ? 0n : revision + 1n, limit: 1 });
    return newer.length === 0;
  }

  /** Commands of this process on one stream wait for each other, so that only other processes can cause a conflict. */
  async #inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(stream) ?? Promise.resolve()).then(work);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(stream, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(stream) === settled) this.#turns.delete(stream);
    }
  }

  async #append(
    stream: string,
    loaded: Loaded<State>,
    decided: readonly Event[],
    meta: CommandMeta,
  ): Promise<Change<State>> {
    const recordedAt = this.clock.now();
    const events = decided.map((event, index): NewEvent => {
      const { type, schemaVersion, data } = this.type.codec.encode(event);
      return { id: eventIdOf(meta.commandId, index), type, schemaVersion, recordedAt, data, meta };
    });
    const { revision, position } = await this.#appendSurely(stream, loaded.revision, events);
    const state = decided.reduce((before, event) => this.type.evolve(before, event), loaded.state);
    const keyed =
      meta.fingerprint === undefined
        ? loaded.keyed
        : remember(loaded.keyed, meta.commandId, meta.fingerprint, revision);
    this.#memory.set(stream, { state, revision, position, keyed });
    return { state, revision, position, replayed: false };
  }

  /** An append whose outcome is unknown is repeated as it was: the store recognises it if it was written. */
  async #appendSurely(stream: string, expected: bigint | 'none', events: readonly NewEvent[]): Promise<AppendResult> {
    try {
      return await this.events.append(stream, expected, events);
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError)) throw error;
      this.#memory.delete(stream);
      return this.events.append(stream, expected, events);
    }
  }

  async #recall(stream: string): Promise<Loaded<State>> {
    const kept = this.#memory.get(stream);
    if (kept !== undefined) return kept;
    const loaded = this.#fold(await this.#read(stream));
    if (loaded.revision !== 'none') this.#memory.set(stream, loaded);
    return loaded;
  }

  async #read(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    try {
      return await this.events.readStream(stream, options);
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    }
  }

  #fold(recorded: readonly RecordedEvent[]): Loaded<State> {
    const keyed = new Map<string, KeyedCommand>();
    let { state, revision, position } = this.#empty;
    for (const event of recorded) {
      state = this.type.evolve(state, this.type.codec.decode(event));
      ({ revision, position } = event);
      const { commandId, fingerprint } = event.meta;
      if (fingerprint !== undefined) keyed.set(commandId, { fingerprint, revision });
    }
    return { state, revision, position, keyed };
  }

  /** What this command led to when it came before, read from its own events (G4). */
  async #earlier(stream: string, loaded: Loaded<State>, meta: CommandMeta): Promise<Change<State> | undefined> {
    const known = loaded.keyed.get(meta.commandId);
    if (known === undefined) return undefined;
    if (known.fingerprint !== meta.fingerprint)
      throw new DomainError(
        'conflict',
        'idempotency-key-reused',
        'This Idempotency-Key was used for another command. Send a new key with a new command.',
      );
    const { state, revision, position } = this.#fold(
      (await this.#read(stream)).filter((event) => event.revision <= known.revision),
    );
    return { state, revision: revision === 'none' ? known.revision : revision, position, replayed: true };
  }
}

const isConflict = (error: unknown): boolean =>
  error instanceof WrongRevisionError || error instanceof CommandReusedError;

const remember = (keyed: ReadonlyMap<string, KeyedCommand>, commandId: string, fingerprint: string, revision: bigint) =>
  new Map(keyed).set(commandId, { fingerprint, revision });

const assertRevision = (actual: bigint | 'none', wanted: bigint | undefined): void => {
  if (wanted === undefined || actual === wanted) return;
  const found = actual === 'none' ? 'does not exist yet' : `is at revision ${actual}`;
  throw new DomainError(
    'precondition-failed',
    'revision-mismatch',
    `If-Match asks for revision ${wanted}, but this resource ${found}. Read it again.`,
    {
      ...(actual === 'none' ? {} : { currentRevision: actual }),
    },
  );
};

/** A decision that changes nothing answers with what is; on an aggregate that does not exist there is nothing to answer with. */
const unchanged = <State>({ state, revision, position }: Loaded<State>): Change<State> => ({
  state,
  revision: revision === 'none' ? -1n : revision,
  position,
  replayed: false,
});
