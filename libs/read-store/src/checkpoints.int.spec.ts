import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { MemoryEventStore } from '#event-store';
import { newEvents } from '#testing';
import {
  type CheckpointSchema,
  createCheckpoints,
  readProjections,
  saveProjection,
  saveReaction,
} from './checkpoints.js';
import { openSqliteReadStore } from './sqlite-connection.js';

const row = {
  name: 'tallies',
  version: 1,
  generation: 1,
  position: '2',
  state: 'live',
  reason: null,
  rebuilds: 0,
} as const;

describe('checkpoints', () => {
  let folder: string;
  let database: Kysely<CheckpointSchema>;
  let events: MemoryEventStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
    database = openSqliteReadStore<CheckpointSchema>(join(folder, 'read.sqlite'), 'write');
    events = new MemoryEventStore();
    await createCheckpoints(database, events);
    await events.append('till-1', 'none', newEvents(2));
  });

  afterEach(async () => {
    await database.destroy();
    rmSync(folder, { recursive: true });
  });

  const names = async (): Promise<readonly string[]> => {
    const { rows } = await sql<{ name: string }>`SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'`.execute(
      database,
    );
    return rows.map(({ name }) => name).sort();
  };

  it('stay where the store holds all that was applied, though a checkpoint without events lies further on', async () => {
    await saveProjection(database, { ...row, applied: '2', position: '900' });
    await createCheckpoints(database, events);
    expect(await readProjections(database)).toHaveLength(1);
  });

  it('go, with every row, where the store ends before what was applied: it was restored from a backup', async () => {
    await sql`CREATE TABLE tallies_g1 (stream TEXT)`.execute(database);
    await sql`CREATE VIEW tallies AS SELECT * FROM tallies_g1`.execute(database);
    await saveProjection(database, { ...row, applied: '3' });
    await saveReaction(database, { name: 'open-alerts', position: '3' });
    await createCheckpoints(database, events);
    expect(await names()).toEqual(['projections', 'reactions']);
    expect(await readProjections(database)).toEqual([]);
  });

  it('go where their tables were laid out by a version before', async () => {
    await saveProjection(database, { ...row, applied: '2' });
    await sql`PRAGMA user_version = 1`.execute(database);
    await createCheckpoints(database, events);
    expect(await readProjections(database)).toEqual([]);
  });
});
