import type { Kysely } from 'kysely';
import { comparePositions, type EventStore } from '#event-store';
import { DomainError } from '#kernel';
import { type CheckpointSchema, waitForAll, waitForPosition } from '#read-store';

const PATIENCE_MS = 5_000;

/** Read your writes: a query may wait until its read model has seen what a command answered. */
export class Reads {
  constructor(
    private readonly database: Kysely<CheckpointSchema>,
    private readonly events: Pick<EventStore, 'head'>,
  ) {}

  /** @throws DomainError `unavailable` after five seconds */
  async waitFor(projection: string, position: string | undefined): Promise<void> {
    if (position === undefined || (await waitForPosition(this.database, projection, position, PATIENCE_MS))) return;
    const late = `The read model ${projection} has not reached position ${position} within 5 s.`;
    throw new DomainError('unavailable', 'read-model-behind', `${late} ${await this.adviceOn(position)}`);
  }

  /** What to do about a position that was not reached: what is not recorded yet does not come by trying. */
  async adviceOn(position: string): Promise<string> {
    const head = (await this.events.head()) ?? '0';
    return comparePositions(position, head) > 0
      ? `Nothing is recorded there yet: the newest position is ${head}. Wait for one that an answer gave.`
      : 'Try again.';
  }

  /** @returns false when one of the read models has not seen the position within `patienceMs` */
  allHaveSeen(position: string, patienceMs: number): Promise<boolean> {
    return waitForAll(this.database, position, patienceMs);
  }
}
