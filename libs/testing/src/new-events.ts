import type { NewEvent } from '#event-store';
import { type CommandId, eventIdOf, type JsonObject, newUuid, systemClock } from '#kernel';
import { commandMeta } from './command-meta.js';

interface Wanted {
  readonly type?: string;
  /** The command whose events they are; by default each call is a new one. */
  readonly commandId?: CommandId;
  /** Of a command that came with an idempotency key. */
  readonly fingerprint?: string;
  readonly data?: (index: number) => JsonObject;
}

/** Events as one command would record them, with `{ number: index }` as data. */
export const newEvents = (
  count = 1,
  { type = 'NumberNoted', commandId = newUuid() as CommandId, fingerprint, data }: Wanted = {},
): NewEvent[] => {
  const meta = commandMeta({ commandId, ...(fingerprint === undefined ? {} : { fingerprint }) });
  return Array.from({ length: count }, (_, index) => ({
    id: eventIdOf(commandId, index),
    type,
    schemaVersion: 1,
    recordedAt: systemClock.now(),
    data: data?.(index) ?? { number: index },
    meta,
  }));
};
