import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { EventStore, Position, SubscriptionBatch, SubscriptionHealth } from '#event-store';
import { messageOf } from '#kernel';
import {
  type CheckpointSchema,
  type ProjectionRow,
  readProjection,
  saveProgress,
  saveProjection,
  saveState,
} from './checkpoints.js';
import { Generation, type Projection } from './projection.js';
import { isPassing } from './sqlite-connection.js';

/**
 * Commits that follow each other closely are applied as one batch. The rest is this long, or as long as the work took:
 * so batches grow with the load, and reading never takes more than half of a core from the writers.
 */
const LEAST_REST_MS = 5;

/** A batch that does not concern a read model only moves its checkpoint: that may come later, and for several at once. */
const UNCONCERNED_REST_MS = 25;

const RETRY_MS = 1_000;

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  delay(ms, undefined, { signal }).catch((aborted: unknown) => aborted);

/** The feed tells at each try; the log tells each change once. */
const told = (name: string, log: Log): ((health: SubscriptionHealth) => void) => {
  let last: SubscriptionHealth['state'] = 'live';
  return (health) => {
    if (health.state === 'broken' && last === 'live')
      log.error(`${name} cannot read the event store: ${health.reason}`);
    if (health.state === 'live' && last === 'broken') log.info(`${name} reads the event store again.`);
    last = health.state;
  };
};

type Place = Pick<ProjectionRow, 'position' | 'applied'>;

interface Log {
  info(message: string): void;
  error(message: string): void;
}

/** Keeps one read model up with the store: rows and checkpoint move in one transaction, or not at all. */
export class Projector<Schema> {
  readonly #closing = new AbortController();
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #building: Promise<void> = Promise.resolve();
  readonly #checkpoints: Kysely<CheckpointSchema>;
  readonly #prefixes: readonly string[];

  constructor(
    private readonly projection: Projection<Schema>,
    private readonly events: EventStore,
    private readonly database: Kysely<Schema>,
    private readonly log: Log,
  ) {
    this.#prefixes = projection.categories.map((category) => `${category}-`);
    this.#checkpoints = database as unknown as Kysely<CheckpointSchema>; // two schemas of one database
  }

  /** Makes what is missing or outdated, then follows the store until {@link stop}. */
  async start(): Promise<void> {
    const row = await readProjection(this.#checkpoints, this.projection.name);
    if (row?.version === this.projection.version) await this.#resume(row);
    else await this.#begin(row);
  }

  /** Builds a new generation beside the serving one, then swaps (G6). One that is stopped meanwhile is built at the next start. */
  async rebuild(rebuilds: number): Promise<void> {
    const row = await readProjection(this.#checkpoints, this.projection.name);
    if (row === undefined || row.rebuilds >= rebuilds || this.#closing.signal.aborted) return;
    this.#building = this.#build(row, rebuilds).catch((error: unknown) => this.#abandon(row, error));
    await this.#building;
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    await this.#building;
    await this.#pause();
  }

  async #pause(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #resume({ name, generation, position, state }: ProjectionRow): Promise<void> {
    const isBuilding = state === 'building';
    if (!isBuilding) await saveState(this.#checkpoints, name, 'live');
    this.#follow(new Generation(generation), position, isBuilding);
  }

  /** Nothing there can serve, so the new generation does from its first row on; its state tells that it is not whole yet. */
  async #begin(old: ProjectionRow | undefined): Promise<void> {
    const generation = await this.#prepare(old);
    await this.#swap(generation, { position: '0', applied: '0', state: 'building', rebuilds: old?.rebuilds ?? 0 });
    if (old !== undefined) await this.#dropTables(new Generation(old.generation));
    this.#follow(generation, '0', true);
  }

  async #prepare(old: ProjectionRow | undefined): Promise<Generation> {
    const generation = new Generation((old?.generation ?? 0) + 1);
    await this.#dropTables(generation);
    await this.projection.createTables(this.database, generation);
    return generation;
  }

  async #build(old: ProjectionRow, rebuilds: number): Promise<void> {
    const { name } = this.projection;
    this.log.info(`Rebuilding ${name} beside the serving one.`);
    const generation = await this.#prepare(old);
    await saveState(this.#checkpoints, name, 'rebuilding');
    const reached = await this.#replay(generation, undefined);
    await this.#pause();
    const end = await this.#replay(generation, reached);
    this.#closing.signal.throwIfAborted();
    this.#stop = new AbortController();
    await this.#swap(generation, { ...end, state: 'live', rebuilds });
    await this.#dropTables(new Generation(old.generation));
    this.log.info(`Rebuilt ${name} up to position ${end.position}.`);
    this.#follow(generation, end.position, false);
  }

  /** Feeds everything after a place to a generation that nobody reads yet. */
  async #replay(generation: Generation, from: Place | undefined): Promise<Place> {
    const ended = new AbortController();
    let { position, applied } = from ?? { position: '0', applied: '0' };
    for await (const batch of this.events.subscribe({
      after: from?.position,
      signal: AbortSignal.any([ended.signal, this.#closing.signal]),
    })) {
      await this.#apply(generation, batch, false);
      ({ position } = batch);
      applied = batch.events.at(-1)?.position ?? applied;
      if (batch.caughtUp) ended.abort();
    }
    return { position, applied };
  }

  /** What cannot be built leaves the serving one as it was, following again from where it stands. */
  async #abandon({ name, generation }: ProjectionRow, error: unknown): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.log.error(`Rebuilding ${name} failed; the one before goes on: ${messageOf(error)}`);
    await this.#pause();
    this.#stop = new AbortController();
    const row = await readProjection(this.#checkpoints, name);
    if (row?.generation === generation) await this.#dropTables(new Generation(generation + 1));
    if (row !== undefined) await this.#resume(row);
  }

  #follow(generation: Generation, after: Position, isBuilding: boolean): void {
    this.#running = this.#run(generation, after, isBuilding).catch((error: unknown) => {
      const reason = messageOf(error);
      this.log.error(`The projection ${this.projection.name} has stopped: ${reason}`);
      return this.#surely(() => saveState(this.#checkpoints, this.projection.name, 'stopped', reason));
    });
  }

  async #run(generation: Generation, after: Position, isBuilding: boolean): Promise<void> {
    let isWhole = !isBuilding;
    const onHealth = told(this.projection.name, this.log);
    for await (const batch of this.events.subscribe({ after, signal: this.#stop.signal, onHealth })) {
      const begun = performance.now();
      const concerned = await this.#surely(() => this.#apply(generation, batch, true));
      if (batch.caughtUp && !isWhole)
        await this.#surely(() => saveState(this.#checkpoints, this.projection.name, 'live'));
      isWhole ||= batch.caughtUp;
      const leastMs = concerned === false ? UNCONCERNED_REST_MS : LEAST_REST_MS;
      if (batch.caughtUp) await pause(Math.max(leastMs, performance.now() - begun), this.#stop.signal);
    }
  }

  /** A full disk delays a read model; only what it cannot understand stops it. */
  async #surely<Result>(write: () => Promise<Result>): Promise<Result | undefined> {
    while (!this.#stop.signal.aborted) {
      try {
        return await write();
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.log.error(`The projection ${this.projection.name} cannot write and tries again: ${messageOf(error)}`);
        await pause(RETRY_MS, this.#stop.signal);
      }
    }
    return undefined;
  }

  /** @returns whether any event of the batch concerned this read model */
  async #apply(generation: Generation, batch: SubscriptionBatch, serving: boolean): Promise<boolean> {
    const events = batch.events.filter(({ stream }) => this.#prefixes.some((prefix) => stream.startsWith(prefix)));
    try {
      await this.database.transaction().execute(async (transaction) => {
        if (events.length > 0) await this.projection.apply(transaction, generation, events);
        if (serving)
          await saveProgress(transaction as unknown as Kysely<CheckpointSchema>, this.projection.name, batch); // two schemas of one database
      });
    } catch (error) {
      generation.memory.clear();
      throw error;
    }
    return events.length > 0;
  }

  async #swap(
    generation: Generation,
    progress: Pick<ProjectionRow, 'position' | 'applied' | 'state' | 'rebuilds'>,
  ): Promise<void> {
    const { name, version } = this.projection;
    const row: ProjectionRow = { name, version, generation: generation.number, reason: null, ...progress };
    await this.database.transaction().execute(async (transaction) => {
      for (const table of this.projection.tables) {
        await sql`DROP VIEW IF EXISTS ${sql.table(table)}`.execute(transaction);
        await sql`CREATE VIEW ${sql.table(table)} AS SELECT * FROM ${sql.table(generation.table(table))}`.execute(
          transaction,
        );
      }
      await saveProjection(transaction as unknown as Kysely<CheckpointSchema>, row); // two schemas of one database
    });
  }

  async #dropTables(generation: Generation): Promise<void> {
    for (const name of this.projection.tables)
      await sql`DROP TABLE IF EXISTS ${sql.table(generation.table(name))}`.execute(this.database);
  }
}
