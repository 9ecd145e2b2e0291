import { type Clock, type CommandMeta, type DomainEvent, DomainError, eventIdOf, type TenantId } from '#kernel';
import {
  type AppendResult,
  CommandReusedError,
  type EventStore,
  type NewEvent,
  OutcomeUnknownError,
  WrongRevisionError,
} from '#event-store';
import { AggregateMemory, type Loaded, type Snapshot, snapshotOf, withCommand } from './aggregate-memory.js';
import { type AggregateType, streamName } from './aggregate-type.js';
import { COMMAND_HAD_NO_EFFECT } from './no-effect.js';

/** What a command led to. */
export interface Change<State> extends Snapshot<State> {
  /** True when this very command had been carried out before: the snapshot is the one it led to then (G4). */
  readonly replayed: boolean;
  /** True when there was nothing to do, so that nothing was recorded. */
  readonly unchanged?: true;
}

/** The revision that a caller stated, or several of which one must be the aggregate's; `any`: it must exist; `none`: it must not. */
export type IfRevision = bigint | readonly bigint[] | 'any' | 'none';

type Decide<State, Event> = (state: State) => readonly Event[] | Promise<readonly Event[]>;

/** Writers on one request are few; whoever loses this often meets a defect, not a rival. */
const MAX_ATTEMPTS = 10;

/** Aggregates of one kind: each is a stream of events, folded; each command is one append at the revision it was decided on. */
export class AggregateStore<State, Event extends DomainEvent> {
  readonly #memory: AggregateMemory<State, Event>;
  readonly #turns = new Map<string, Promise<void>>();

  constructor(
    private readonly type: AggregateType<State, Event>,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {
    this.#memory = new AggregateMemory(type, events, clock);
  }

  /** @see streamName */
  streamOf(tenantId: TenantId, id: string): string {
    return streamName(this.type, tenantId, id);
  }

  /**
   * The aggregate with all that this process has written, and all that others had written a second ago; undefined when
   * it does not exist.
   *
   * @param suffices false for a snapshot that is known to be too old: then the store is asked at once
   */
  async find(
    tenantId: TenantId,
    id: string,
    suffices: (snapshot: Snapshot<State>) => boolean = () => true,
  ): Promise<Snapshot<State> | undefined> {
    const stream = this.streamOf(tenantId, id);
    const kept = this.#memory.get(stream);
    const snapshot = kept && this.#memory.isRecent(kept) ? snapshotOf(kept) : undefined;
    return snapshot !== undefined && suffices(snapshot) ? snapshot : snapshotOf(await this.#memory.renew(stream));
  }

  /** Whether the aggregate was ever made. None is ever unmade, so what memory knows need not be asked again. */
  async exists(tenantId: TenantId, id: string): Promise<boolean> {
    return (await this.#memory.recall(this.streamOf(tenantId, id))).revision !== 'none';
  }

  /**
   * Decides on the current state and records the outcome; when another writer was faster, decides again on what it left
   * (G5). That a command with an idempotency key had no effect is recorded too. A refusal is not: its key may be tried
   * again (G4).
   *
   * @param ifRevision decide only if the aggregate is at this revision, or exists at all
   * @param isNew decide first as if there were nothing, which saves a read; if there is something, it is found
   * @throws DomainError what `decide` refuses, `precondition-failed`, or `conflict` for a key used with another command
   */
  change(
    id: string,
    meta: CommandMeta,
    decide: Decide<State, Event>,
    { ifRevision, isNew = false }: { readonly ifRevision?: IfRevision | undefined; readonly isNew?: boolean } = {},
  ): Promise<Change<State>> {
    const stream = this.streamOf(meta.tenantId, id);
    return this.#inTurn(stream, () => this.#change(stream, meta, decide, ifRevision, isNew));
  }

  async #change(
    stream: string,
    meta: CommandMeta,
    decide: Decide<State, Event>,
    ifRevision: IfRevision | undefined,
    isNew: boolean,
  ): Promise<Change<State>> {
    for (let attempt = 1; ; attempt += 1) {
      const first = attempt === 1 && isNew ? this.#memory.empty : undefined;
      const loaded = this.#memory.get(stream) ?? first ?? (await this.#memory.recall(stream));
      try {
        const earlier = await this.#earlier(stream, loaded, meta);
        if (earlier !== undefined) return earlier;
        assertRevision(loaded.revision, ifRevision);
        const decided = await decide(loaded.state);
        if (decided.length > 0 || isToBeRemembered(meta, loaded))
          return await this.#append(stream, loaded, decided, meta);
        if (await this.#memory.isNewest(stream, loaded)) return unchanged(loaded);
      } catch (error) {
        if (error instanceof CommandReusedError && !(await this.#mayHold(stream, meta))) throw keyReused();
        const again =
          isConflict(error) || (error instanceof DomainError && !(await this.#memory.isNewest(stream, loaded)));
        if (!again || attempt === MAX_ATTEMPTS) throw error;
      }
      this.#memory.forget(stream);
    }
  }

  /** Tells a copy that was faster, in this very stream, from a key that was used for another aggregate. */
  async #mayHold(stream: string, { commandId, fingerprint }: CommandMeta): Promise<boolean> {
    return fingerprint === undefined || (await this.#memory.renew(stream)).keyed.has(commandId);
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
    const stored = decided.length > 0 ? decided.map((event) => this.type.codec.encode(event)) : [COMMAND_HAD_NO_EFFECT];
    const events = stored.map(({ type, schemaVersion, data }, index): NewEvent => {
      return { id: eventIdOf(meta.commandId, index), type, schemaVersion, recordedAt, data, meta };
    });
    const { revision, position, isRepeat } = await this.#appendSurely(stream, loaded.revision, events);
    const state = decided.reduce((before, event) => this.type.evolve(before, event), loaded.state);
    const keyed = withCommand(loaded.keyed, meta, revision);
    this.#memory.set(stream, { state, revision, position, keyed, asOf: recordedAt });
    return { state, revision, position, replayed: isRepeat === true && meta.fingerprint !== undefined };
  }

  /** An append whose outcome is unknown is repeated as it was: the store recognises it if it was written. */
  async #appendSurely(stream: string, expected: bigint | 'none', events: readonly NewEvent[]): Promise<AppendResult> {
    try {
      return await this.events.append(stream, expected, events);
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError)) throw error;
      this.#memory.forget(stream);
      return this.events.append(stream, expected, events);
    }
  }

  /** What this command led to when it came before, read from its own events (G4). */
  async #earlier(stream: string, loaded: Loaded<State>, meta: CommandMeta): Promise<Change<State> | undefined> {
    const known = loaded.keyed.get(meta.commandId);
    if (known === undefined) return undefined;
    if (known.fingerprint !== meta.fingerprint) throw keyReused();
    const { state, revision, position } = await this.#memory.at(stream, known.revision);
    return { state, revision: revision === 'none' ? known.revision : revision, position, replayed: true };
  }
}

const isConflict = (error: unknown): boolean =>
  error instanceof WrongRevisionError || error instanceof CommandReusedError;

const keyReused = (): DomainError =>
  new DomainError(
    'conflict',
    'idempotency-key-reused',
    'This Idempotency-Key was used for another command. Send a new key with a new command.',
  );

/** A key is remembered by an event of its command. Where nothing is, a command makes something or is refused. */
const isToBeRemembered = ({ fingerprint }: CommandMeta, { revision }: Loaded<unknown>): boolean =>
  fingerprint !== undefined && revision !== 'none';

const isAsWanted = (actual: bigint | 'none', wanted: IfRevision): boolean => {
  if (typeof wanted === 'string') return (actual === 'none') === (wanted === 'none');
  return actual !== 'none' && [wanted].flat().includes(actual);
};

const inWords = (wanted: IfRevision): string => {
  if (wanted === 'any') return 'what exists';
  return wanted === 'none' ? 'what does not exist yet' : `revision ${[wanted].flat().join(' or ')}`;
};

const assertRevision = (actual: bigint | 'none', wanted: IfRevision | undefined): void => {
  if (wanted === undefined || isAsWanted(actual, wanted)) return;
  const found = actual === 'none' ? 'does not exist yet' : `is at revision ${actual}`;
  throw new DomainError(
    'precondition-failed',
    'revision-mismatch',
    `The condition asks for ${inWords(wanted)}, but this resource ${found}. Read it again.`,
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
  unchanged: true,
});
