import { isUuid } from '#kernel';
import { EventTooLargeError } from './errors.js';
import { MAX_EVENT_BYTES, type NewEvent } from './event-store.js';

/** Text of up to a third of the limit fits even if each of its characters takes three bytes. */
const SURELY_FITS = MAX_EVENT_BYTES / 3;

const bytesOf = (event: NewEvent): number => {
  const text = JSON.stringify(event.data) + JSON.stringify(event.meta);
  return text.length < SURELY_FITS ? text.length : Buffer.byteLength(text);
};

/**
 * What every adapter refuses before anything is sent.
 * @throws TypeError for an empty append, stream name or type, or an id that is no UUID: defects of the caller
 * @throws EventTooLargeError
 */
export const assertAppendable = (stream: string, events: readonly NewEvent[]): void => {
  if (stream === '') throw new TypeError('A stream needs a name.');
  if (events.length === 0) throw new TypeError('An append needs at least one event.');
  for (const event of events) {
    if (event.type === '') throw new TypeError('An event needs a type.');
    if (!isUuid(event.id)) throw new TypeError(`The event id ${event.id} is not a UUID.`);
    const bytes = bytesOf(event);
    if (bytes > MAX_EVENT_BYTES) throw new EventTooLargeError(event.type, bytes, MAX_EVENT_BYTES);
  }
};
