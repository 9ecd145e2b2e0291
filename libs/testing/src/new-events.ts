import {
  type CommandId,
  type CommandMeta,
  type CorrelationId,
  eventIdOf,
  type JsonObject,
  newUuid,
  systemClock,
  type TenantId,
} from '#kernel';
import type { NewEvent } from '#event-store';

interface Wanted {
  readonly type?: string;
  /** The command whose events they are; by default each call is a new one. */
  readonly commandId?: CommandId;
  /** Of a command that came with an idempotency key. */
  readonly fingerprint?: string;
  readonly data?: (index: number) => JsonObject;
}

const metaOf = (commandId: CommandId, fingerprint: string | undefined): CommandMeta => ({
  commandId,
  correlationId: newUuid() as CorrelationId,
  tenantId: 'contoso' as TenantId,
  actor: { id: 'ann', role: 'operator', kind: 'person' },
  ...(fingerprint === undefined ? {} : { fingerprint }),
});

/** Events as one command would record them, with `{ number: index }` as data. */
export const newEvents = (
  count = 1,
  { type = 'NumberNoted', commandId = newUuid() as CommandId, fingerprint, data }: Wanted = {},
): NewEvent[] => {
  const meta = metaOf(commandId, fingerprint);
  return Array.from({ length: count }, (_, index) => ({
    id: eventIdOf(commandId, index),
    type,
    schemaVersion: 1,
    recordedAt: systemClock.now(),
    data: data?.(index) ?? { number: index },
    meta,
  }));
};
