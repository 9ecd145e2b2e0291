import { isUuid } from '#kernel';
import { EventTooLargeError } from './errors.js';
import {
  type ExpectedRevision,
  MAX_APPEND_BYTES,
  type NewEvent,
  type ReadAllOptions,
  type ReadStreamOptions,
  type SubscribeOptions,
} from './event-store.js';

/** Names that begin so belong to KurrentDB itself; refused everywhere, so that a history can move between stores. */
const isSystems = (name: string): boolean => name.startsWith('$');

/** An event with its data and meta as the JSON that is kept: made once, for the check of its size and for the store. */
export interface EventText extends Omit<NewEvent, 'data' | 'meta'> {
  readonly data: string;
  readonly meta: string;
}

/** A UTF-16 unit takes at most three bytes of UTF-8: only what may be too large is counted. */
const MOST_BYTES_A_UNIT = 3;

const assertSize = (texts: readonly EventText[]): void => {
  const units = texts.reduce((sum, { data, meta }) => sum + data.length + meta.length, 0);
  if (units * MOST_BYTES_A_UNIT <= MAX_APPEND_BYTES) return;
  let bytes = 0;
  for (const { type, data, meta } of texts) {
    bytes += Buffer.byteLength(data) + Buffer.byteLength(meta);
    if (bytes > MAX_APPEND_BYTES) throw new EventTooLargeError(type, bytes, MAX_APPEND_BYTES);
  }
};

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

/**
 * The events of one append as they are kept; they share their meta, so it is written once.
 * @throws EventTooLargeError
 */
export const toTexts = (events: readonly NewEvent[]): readonly EventText[] => {
  let meta = '';
  let of: unknown;
  const texts = events.map((event) => {
    if (event.meta !== of) [of, meta] = [event.meta, JSON.stringify(event.meta)];
    const { id, type, schemaVersion, recordedAt } = event;
    return { id, type, schemaVersion, recordedAt, data: JSON.stringify(event.data), meta };
  });
  assertSize(texts);
  return texts;
};

const assertLimit = (name: string, limit: number | undefined): void => {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0))
    throw new TypeError(`The ${name} ${limit} is not a whole number of at least 1.`);
};

/** @throws TypeError for a limit below 1 or a negative revision: defects of the caller */
export const assertReadable = ({
  limit,
  from,
}: ReadStreamOptions | (ReadAllOptions & { readonly from?: never })): void => {
  assertLimit('limit', limit);
  if (from !== undefined && from < 0n) throw new TypeError(`The revision ${from} is negative.`);
};

/** @throws TypeError for a batch size below 1: a defect of the caller */
export const assertSubscribable = ({ batchSize }: SubscribeOptions): void => {
  assertLimit('batch size', batchSize);
};
