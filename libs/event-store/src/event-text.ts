import type { CommandMeta } from '#kernel';
import { EventTooLargeError } from './errors.js';
import { MAX_APPEND_BYTES, type NewEvent } from './event-store.js';

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

/**
 * The events of one append as they are kept; they share their meta, so it is written once.
 * @throws EventTooLargeError
 */
export const toTexts = (events: readonly NewEvent[]): readonly EventText[] => {
  let written: CommandMeta | undefined;
  let meta = '';
  const texts = events.map((event) => {
    if (event.meta !== written) {
      written = event.meta;
      meta = JSON.stringify(written);
    }
    const { id, type, schemaVersion, recordedAt } = event;
    return { id, type, schemaVersion, recordedAt, data: JSON.stringify(event.data), meta };
  });
  assertSize(texts);
  return texts;
};
