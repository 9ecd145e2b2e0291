import type { DomainEvent } from '#kernel';
import type { AggregateType } from './aggregate-type.js';
import { type StoredEvent, UnknownEventError } from './event-codec.js';

/**
 * A command with an idempotency key was carried out and changed nothing. It stands in the stream of any aggregate, so
 * that the repeat is answered as the first time, whatever others have changed since (G4).
 */
export const COMMAND_HAD_NO_EFFECT: StoredEvent = { type: 'CommandHadNoEffect', schemaVersion: 1, data: {} };

/** @throws UnknownEventError for a version of it that was never defined here */
export const hadNoEffect = ({ type, schemaVersion }: StoredEvent): boolean => {
  if (type !== COMMAND_HAD_NO_EFFECT.type) return false;
  if (schemaVersion !== COMMAND_HAD_NO_EFFECT.schemaVersion) throw new UnknownEventError(type, schemaVersion);
  return true;
};

/**
 * The state after one more event of the aggregate's stream.
 * @throws UnknownEventError
 */
export const evolveRecorded = <State, Event extends DomainEvent>(
  type: AggregateType<State, Event>,
  state: State,
  event: StoredEvent,
): State => (hadNoEffect(event) ? state : type.evolve(state, type.codec.decode(event)));
