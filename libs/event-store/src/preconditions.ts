import { isUuid } from '#kernel';
import type { ExpectedRevision, NewEvent, ReadStreamOptions, SubscribeOptions } from './event-store.js';

/** Names that begin so belong to KurrentDB itself; refused everywhere, so that a history can move between stores. */
const isSystems = (name: string): boolean => name.startsWith('$');

const assertEvent = ({ id, type }: NewEvent): void => {
  if (type === '') throw new TypeError('An event needs a type.');
  if (isSystems(type)) throw new TypeError(`The event type ${type} begins with $, as only the store's own do.`);
  if (!isUuid(id)) throw new TypeError(`The id of an event ${type} is no UUID.`);
};

/**
 * What every adapter refuses before anything is sent.
 * @throws TypeError for an empty append, a negative revision, an empty or reserved stream name or type, or an id that
 * is no UUID: defects of the caller
 */
export const assertAppendable = (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): void => {
  if (stream === '') throw new TypeError('A stream needs a name.');
  if (isSystems(stream)) throw new TypeError(`The stream name ${stream} begins with $, as only the store's own do.`);
  if (expected !== 'none' && expected < 0n) throw new TypeError(`The expected revision ${expected} is negative.`);
  if (events.length === 0) throw new TypeError('An append needs at least one event.');
  events.forEach(assertEvent);
};

const assertLimit = (name: string, limit: number | undefined): void => {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0))
    throw new TypeError(`The ${name} ${limit} is not a whole number of at least 1.`);
};

/** @throws TypeError for a limit below 1 or a negative revision: defects of the caller */
export const assertReadable = ({ limit, from }: Pick<ReadStreamOptions, 'limit' | 'from'>): void => {
  assertLimit('limit', limit);
  if (from !== undefined && from < 0n) throw new TypeError(`The revision ${from} is negative.`);
};

/** @throws TypeError for a batch size below 1: a defect of the caller */
export const assertSubscribable = ({ batchSize }: SubscribeOptions): void => {
  assertLimit('batch size', batchSize);
};
