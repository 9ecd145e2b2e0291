import type { Kysely } from 'kysely';
import { DomainError } from '#kernel';
import { type CheckpointSchema, waitForAll, waitForPosition } from '#read-store';

const PATIENCE_MS = 5_000;

/** Read your writes: a query may wait until its read model has seen what a command answered. */
export class Reads {
  constructor(private readonly database: Kysely<CheckpointSchema>) {}

  /** @throws DomainError `unavailable` after five seconds */
  async waitFor(projection: string, position: string | undefined): Promise<void> {
    if (position === undefined || (await waitForPosition(this.database, projection, position, PATIENCE_MS))) return;
    throw new DomainError(
      'unavailable',
      'read-model-behind',
      `The read model ${projection} has not reached position ${position} within 5 s. Try again.`,
    );
  }

  /** @returns false when one of the read models has not seen the position within `patienceMs` */
  allHaveSeen(position: string, patienceMs: number): Promise<boolean> {
    return waitForAll(this.database, position, patienceMs);
  }
}
