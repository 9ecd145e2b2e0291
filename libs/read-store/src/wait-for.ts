import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { comparePositions, type Position } from '#event-store';
import { type CheckpointSchema, readProjection } from './checkpoints.js';

const LOOK_EVERY_MS = 4;

/**
 * Resolves once a read model has seen a position (read your writes).
 * @returns false when it has not within `patienceMs`
 */
export const waitForPosition = async (
  database: Kysely<CheckpointSchema>,
  name: string,
  position: Position,
  patienceMs: number,
): Promise<boolean> => {
  const attempts = Math.ceil(patienceMs / LOOK_EVERY_MS);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const row = await readProjection(database, name);
    if (row !== undefined && comparePositions(row.position, position) >= 0) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
};
