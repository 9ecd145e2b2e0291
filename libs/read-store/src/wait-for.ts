import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { comparePositions, type Position } from '#event-store';
import { type CheckpointSchema, type ProjectionRow, readProjections } from './checkpoints.js';

const LOOK_EVERY_MS = 4;

type Rows = readonly ProjectionRow[];

/** One look at the checkpoints at a time, however many wait for it. */
const looks = new WeakMap<Kysely<CheckpointSchema>, Promise<Rows>>();

const nextLook = (database: Kysely<CheckpointSchema>): Promise<Rows> => {
  const shared = looks.get(database);
  if (shared !== undefined) return shared;
  const look = delay(LOOK_EVERY_MS).then(() => {
    looks.delete(database);
    return readProjections(database);
  });
  looks.set(database, look);
  return look;
};

const waitUntil = async (
  database: Kysely<CheckpointSchema>,
  patienceMs: number,
  areThere: (rows: Rows) => boolean,
): Promise<boolean> => {
  const giveUpAt = performance.now() + patienceMs;
  let there = areThere(await readProjections(database));
  while (!there && performance.now() < giveUpAt) there = areThere(await nextLook(database));
  return there;
};

/**
 * Resolves once a read model has seen a position (read your writes).
 * @returns false when it has not within `patienceMs`
 */
export const waitForPosition = (
  database: Kysely<CheckpointSchema>,
  name: string,
  position: Position,
  patienceMs: number,
): Promise<boolean> =>
  waitUntil(database, patienceMs, (rows) =>
    rows.some((row) => row.name === name && comparePositions(row.position, position) >= 0),
  );

/** As {@link waitForPosition}, for every read model. */
export const waitForAll = (
  database: Kysely<CheckpointSchema>,
  position: Position,
  patienceMs: number,
): Promise<boolean> =>
  waitUntil(database, patienceMs, (rows) => rows.every((row) => comparePositions(row.position, position) >= 0));
