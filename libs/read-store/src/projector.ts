import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { EventStore, Position, SubscriptionBatch } from '#event-store';
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

const RETRY_MS = 1_000;

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  delay(ms, undefined, { signal }).catch((aborted: unknown) => aborted);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface Log {
  info(message: string): void;
  error(message: string): void;
}

/** Keeps one read model up with the store: rows and checkpoint move in one transaction, or not at all. */
export class Projector<Schema> {
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  readonly #checkpoints: Kysely<CheckpointSchema>;

  constructor(
    private readonly projection: Projection<Schema>,
    private readonly events: EventStore,
    private readonly database: Kysely<Schema>,
    private readonly log: Log,
  ) {
    // Both describe the same file; each half knows its own tables.
    this.#checkpoints = database as unknown as Kysely<CheckpointSchema>; // two schemas of one database
  }

  /** Builds what is missing or outdated, then follows the store until {@link stop}. */
  async start(): Promise<void> {
    const row = await readProjection(this.#checkpoints, this.projection.name);
    if (row?.version === this.projection.version) await this.#resume(row);
    else await this.#build(row);
  }

  /** Builds a new generation beside the serving one, then swaps (G6). */
  async rebuild(rebuilds: number): Promise<void> {
    const row = await readProjection(this.#checkpoints, this.projection.name);
    if (row === undefined || row.rebuilds >= rebuilds) return;
    await this.#build(row, rebuilds).catch((error: unknown) => this.#abandon(row, error));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #resume(row: ProjectionRow): Promise<void> {
    await saveState(this.#checkpoints, row.name, 'live');
    this.#follow(new Generation(row.generation), row.position);
  }

  async #build(old: ProjectionRow | undefined, rebuilds = old?.rebuilds ?? 0): Promise<void> {
    const { name, version } = this.projection;
    const generation = new Generation((old?.generation ?? 0) + 1);
    await this.#dropTables(generation);
    await this.projection.createTables(this.database, generation);
    if (old !== undefined) {
      this.log.info(`Rebuilding ${name} beside the serving one.`);
      await saveState(this.#checkpoints, name, 'rebuilding');
    }
    const serving = old !== undefined && old.version === version;
    const reached = serving ? await this.#replay(generation, undefined) : '0';
    await this.stop();
    this.#stop = new AbortController();
    const position = serving ? await this.#replay(generation, reached) : reached;
    await this.#swap(generation, {
      name,
      version,
      generation: generation.number,
      position,
      state: 'live',
      reason: null,
      rebuilds,
    });
    if (old !== undefined) await this.#dropTables(new Generation(old.generation));
    if (old !== undefined) this.log.info(`Rebuilt ${name} up to position ${position}.`);
    this.#follow(generation, position);
  }

  /** Feeds everything after a position to a generation that nobody reads yet. */
  async #replay(generation: Generation, after: Position | undefined): Promise<Position> {
    const ended = new AbortController();
    let position = after ?? '0';
    for await (const batch of this.events.subscribe({
      ...(after === undefined ? {} : { after }),
      signal: ended.signal,
    })) {
      await this.#apply(generation, batch, false);
      position = batch.position;
      if (batch.caughtUp) ended.abort();
    }
    return position;
  }

  /** What cannot be built leaves the serving one as it was, following again from where it stands. */
  async #abandon({ name, generation }: ProjectionRow, error: unknown): Promise<void> {
    this.log.error(`Rebuilding ${name} failed; the one before goes on: ${messageOf(error)}`);
    await this.stop();
    this.#stop = new AbortController();
    const row = await readProjection(this.#checkpoints, name);
    if (row?.generation === generation) await this.#dropTables(new Generation(generation + 1));
    if (row !== undefined) await this.#resume(row);
  }

  #follow(generation: Generation, after: Position): void {
    this.#running = this.#run(generation, after).catch(async (error: unknown) => {
      const reason = messageOf(error);
      this.log.error(`The projection ${this.projection.name} has stopped: ${reason}`);
      await saveState(this.#checkpoints, this.projection.name, 'stopped', reason);
    });
  }

  async #run(generation: Generation, after: Position): Promise<void> {
    for await (const batch of this.events.subscribe({ after, signal: this.#stop.signal })) {
      const begun = performance.now();
      await this.#applySurely(generation, batch);
      const tookMs = performance.now() - begun;
      if (batch.caughtUp) await pause(Math.max(LEAST_REST_MS, tookMs), this.#stop.signal);
    }
  }

  /** A full disk delays a read model; only what it cannot understand stops it. */
  async #applySurely(generation: Generation, batch: SubscriptionBatch): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#apply(generation, batch, true);
        return;
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.log.error(`The projection ${this.projection.name} cannot write and tries again: ${messageOf(error)}`);
        await pause(RETRY_MS, this.#stop.signal);
      }
    }
  }

  async #apply(generation: Generation, batch: SubscriptionBatch, serving: boolean): Promise<void> {
    try {
      await this.database.transaction().execute(async (transaction) => {
        if (batch.events.length > 0) await this.projection.apply(transaction, generation, batch.events);
        if (serving)
          await saveProgress(transaction as unknown as Kysely<CheckpointSchema>, this.projection.name, batch.position); // two schemas of one database
      });
    } catch (error) {
      generation.memory.clear();
      throw error;
    }
  }

  async #swap(generation: Generation, row: ProjectionRow): Promise<void> {
    await this.database.transaction().execute(async (transaction) => {
      for (const name of this.projection.tables) {
        await sql`DROP VIEW IF EXISTS ${sql.table(name)}`.execute(transaction);
        await sql`CREATE VIEW ${sql.table(name)} AS SELECT * FROM ${sql.table(generation.table(name))}`.execute(
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
