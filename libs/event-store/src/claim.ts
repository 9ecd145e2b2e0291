import type { CommandId } from '#kernel';
import type { NewEvent } from './event-store.js';

/** The command that claims its id for the stream it writes to: one that came with an idempotency key (G4). */
export const claimOf = ([event]: readonly NewEvent[]): CommandId | undefined =>
  event?.meta.fingerprint === undefined ? undefined : event.meta.commandId;
