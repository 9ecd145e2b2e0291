import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { newEvents } from '#testing';
import { GatedEventStore, type TallySchema } from './tallies.js';
import { type CheckpointSchema, createCheckpoints, readProjection } from '../src/checkpoints.js';
import type { Projection } from '../src/projection.js';
import { Projector } from '../src/projector.js';
import { openSqliteReadStore } from '../src/sqlite-connection.js';
import { waitForPosition } from '../src/wait-for.js';

type Schema = TallySchema & CheckpointSchema;

const PATIENCE_MS = 10_000;

/** A store, a file of read models with its writer and a reader, and what projectors make of them. */
export const projecting = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'projector-'));
  const file = join(folder, 'read.sqlite');
  const writer = openSqliteReadStore<Schema>(file, 'write');
  const checkpoints = writer as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
  const reader = openSqliteReadStore<Schema>(file, 'read');
  const events = new GatedEventStore();
  await createCheckpoints(checkpoints, events);
  const logged: string[] = [];
  const note = (message: string): void => void logged.push(message);
  const started: Projector<TallySchema>[] = [];
  let revision = -1n;

  return {
    events,
    reader,
    writer,
    logged,
    async start(projection: Projection<TallySchema>): Promise<Projector<TallySchema>> {
      const tables = writer as unknown as Kysely<TallySchema>; // each part sees its own tables
      const projector = new Projector(projection, events, tables, { info: note, error: note });
      started.push(projector);
      await projector.start();
      return projector;
    },
    /** One append of events of these types, with the numbers 1, 2, 3 … */
    async append(...types: readonly string[]): Promise<string> {
      const appended = types.map((type, index) => newEvents(1, { type, data: () => ({ number: index + 1 }) })).flat();
      const result = await events.append('till-1', revision < 0n ? 'none' : revision, appended);
      revision = result.revision;
      return result.position;
    },
    row: (name = 'tallies') => readProjection(checkpoints, name),
    seen: (position: string, name = 'tallies') => waitForPosition(checkpoints, name, position, PATIENCE_MS),
    async rows(table: keyof TallySchema = 'tallies') {
      return reader.selectFrom(table).selectAll().orderBy('stream').execute();
    },
    async tables(): Promise<readonly string[]> {
      const { rows } = await sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`.execute(reader);
      return rows.map(({ name }) => name).filter((name) => name.includes('_g'));
    },
    async end(): Promise<void> {
      for (const projector of started) await projector.stop();
      await reader.destroy();
      await writer.destroy();
      await events.close();
      await rm(folder, { recursive: true });
    },
  };
};
