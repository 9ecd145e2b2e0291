import { type Kysely, sql, type Transaction } from 'kysely';
import { comparePositions, type EventStore, type SubscriptionBatch } from '#event-store';

export interface ProjectionRow {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly position: string;
  /** Position of the last event that was applied: one beyond the store's end was applied from another history. */
  readonly applied: string;
  /** `building`: nothing older serves meanwhile, so queries see less than there is. */
  readonly state: 'live' | 'building' | 'rebuilding' | 'stopped';
  readonly reason: string | null;
  /** How many requests to rebuild have been carried out. */
  readonly rebuilds: number;
}

export interface CheckpointSchema {
  projections: ProjectionRow;
  reactions: ReactionRow;
}

export interface ReactionRow {
  readonly name: string;
  /** Where it has got to; saved late, it only repeats what has no effect. */
  readonly position: string | null;
  /** Why it cannot go on at the moment. */
  readonly reason: string | null;
}

type Connection = Kysely<CheckpointSchema> | Transaction<CheckpointSchema>;

/** Raised when the tables here change: read models of before are then built anew. */
const LAYOUT = 2;

const layoutOf = async (database: Connection): Promise<number> => {
  const { rows } = await sql<{ user_version: number }>`SELECT user_version FROM pragma_user_version`.execute(database);
  return rows[0]?.user_version ?? 0;
};

/** Drops every table and view. */
const clear = async (database: Connection): Promise<void> => {
  const { rows } = await sql<{ type: string; name: string }>`SELECT type, name FROM sqlite_master
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY type DESC`.execute(database);
  for (const { type, name } of rows) await sql`DROP ${sql.raw(type)} ${sql.table(name)}`.execute(database);
};

/** Makes the tables of checkpoints; what stands in a layout of before, or was made from another history, goes. */
export const createCheckpoints = async (database: Kysely<CheckpointSchema>, events: EventStore): Promise<void> => {
  if ((await layoutOf(database)) !== LAYOUT || (await isFromAnotherHistory(database, events)))
    await database.transaction().execute(clear);
  await sql`CREATE TABLE IF NOT EXISTS projections (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, generation INTEGER NOT NULL, position TEXT NOT NULL,
    applied TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, rebuilds INTEGER NOT NULL)`.execute(database);
  await sql`CREATE TABLE IF NOT EXISTS reactions (name TEXT PRIMARY KEY, position TEXT, reason TEXT)`.execute(database);
  await sql`PRAGMA user_version = ${sql.raw(String(LAYOUT))}`.execute(database);
};

/** An event store that was restored from a backup ends before what was applied: its rows would be ghosts, and its new events never seen. */
const isFromAnotherHistory = async (database: Connection, events: EventStore): Promise<boolean> => {
  const head = await events.head();
  return (await readProjections(database)).some(({ applied }) => comparePositions(applied, head ?? '0') > 0);
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

export const saveProgress = async (
  database: Connection,
  name: string,
  { position, events }: Pick<SubscriptionBatch, 'position' | 'events'>,
): Promise<void> => {
  const last = events.at(-1)?.position;
  const progress = { position, ...(last === undefined ? {} : { applied: last }) };
  await database.updateTable('projections').set(progress).where('name', '=', name).execute();
};

export const readReactions = (database: Connection): Promise<ReactionRow[]> =>
  database.selectFrom('reactions').selectAll().orderBy('name').execute();

export const saveReaction = async (
  database: Connection,
  { name, ...changes }: Pick<ReactionRow, 'name'> & Partial<ReactionRow>,
): Promise<void> => {
  await database
    .insertInto('reactions')
    .values({ name, position: null, reason: null, ...changes })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changes))
    .execute();
};
