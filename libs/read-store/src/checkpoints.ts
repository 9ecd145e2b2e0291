import { type Kysely, sql, type Transaction } from 'kysely';
import type { Position } from '#event-store';

export interface ProjectionRow {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly position: string;
  readonly state: 'live' | 'rebuilding' | 'stopped';
  readonly reason: string | null;
  /** How many requests to rebuild have been carried out. */
  readonly rebuilds: number;
}

export interface CheckpointSchema {
  projections: ProjectionRow;
  reactions: { readonly name: string; readonly position: string };
}

type Connection = Kysely<CheckpointSchema> | Transaction<CheckpointSchema>;

export const createCheckpoints = async (database: Kysely<CheckpointSchema>): Promise<void> => {
  await sql`CREATE TABLE IF NOT EXISTS projections (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, generation INTEGER NOT NULL, position TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT, rebuilds INTEGER NOT NULL)`.execute(database);
  await sql`CREATE TABLE IF NOT EXISTS reactions (name TEXT PRIMARY KEY, position TEXT NOT NULL)`.execute(database);
};

export const readProjections = (database: Connection): Promise<ProjectionRow[]> =>
  database.selectFrom('projections').selectAll().orderBy('name').execute();

export const readProjection = (database: Connection, name: string): Promise<ProjectionRow | undefined> =>
  database.selectFrom('projections').selectAll().where('name', '=', name).executeTakeFirst();

export const saveProjection = async (database: Connection, row: ProjectionRow): Promise<void> => {
  const { name: _, ...changes } = row;
  await database
    .insertInto('projections')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changes))
    .execute();
};

/** Leaves the position alone: it moves with the rows only. */
export const saveState = async (
  database: Connection,
  name: string,
  state: ProjectionRow['state'],
  reason: string | null = null,
): Promise<void> => {
  await database.updateTable('projections').set({ state, reason }).where('name', '=', name).execute();
};

export const saveProgress = async (database: Connection, name: string, position: Position): Promise<void> => {
  await database.updateTable('projections').set({ position }).where('name', '=', name).execute();
};

export const readReaction = async (database: Connection, name: string): Promise<Position | undefined> =>
  (await database.selectFrom('reactions').select('position').where('name', '=', name).executeTakeFirst())?.position;

export const saveReaction = async (database: Connection, name: string, position: Position): Promise<void> => {
  await database
    .insertInto('reactions')
    .values({ name, position })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ position }))
    .execute();
};
