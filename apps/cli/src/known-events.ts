import { apiKeysType, tenantType } from '#access';
import { COMMAND_HAD_NO_EFFECT, type EventCodec, hadNoEffect, UnknownEventError } from '#aggregates';
import { alertType } from '#alert';
import { customerType } from '#customer';
import type { RecordedEvent } from '#event-store';
import type { DomainEvent } from '#kernel';
import { rebuildRequestType } from '#read-store';
import { calendarType, policyType } from '#service-level';
import { serviceRequestType } from '#service-request';

interface Kind {
  readonly category: string;
  readonly codec: Pick<EventCodec<DomainEvent>, 'types' | 'decode'>;
}

const KINDS: readonly Kind[] = [
  apiKeysType,
  alertType,
  calendarType,
  customerType,
  policyType,
  rebuildRequestType,
  serviceRequestType,
  tenantType,
];

const byCategory = new Map(KINDS.map(({ category, codec }) => [category, codec]));

/** Wire names of all events that this version writes. */
export const EVENT_TYPES: readonly string[] = [
  ...KINDS.flatMap(({ codec }) => codec.types),
  COMMAND_HAD_NO_EFFECT.type,
];

/** @throws UnknownEventError when this version does not understand it, whatever kind of stream it is in */
export const assertKnown = (event: RecordedEvent): void => {
  const codec = byCategory.get(event.stream.slice(0, event.stream.indexOf('-')));
  if (codec === undefined) throw new UnknownEventError(event.type, event.schemaVersion);
  if (!hadNoEffect(event)) codec.decode(event);
};
