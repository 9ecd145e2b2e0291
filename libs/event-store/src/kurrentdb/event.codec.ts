import { createHash } from 'node:crypto';
import type { AllStreamRecordedEvent, EventData, RecordedEvent as ServerEvent } from '@kurrent/kurrentdb-client';
import { type CommandMeta, derivedUuid, type EventId, type Instant, type JsonObject } from '#kernel';
import { EventTooLargeError } from '../errors.js';
import { MAX_APPEND_BYTES, type NewEvent, type RecordedEvent } from '../event-store.js';
import { encodePosition } from './positions.js';

/** What travels beside the data: all that the server does not keep, or keeps less exactly. */
interface Envelope {
  readonly eventId: EventId;
  readonly schemaVersion: number;
  readonly recordedAt: Instant;
  readonly meta: CommandMeta;
}

/**
 * The id under which the server knows an event: the event's own id, what it says and who writes it, because the server
 * compares ids and nothing else. So a writer's own event again is recognised, and the same id with other content, or of
 * another writer, conflicts, at no cost.
 */
const serverIdOf = ({ id, type }: NewEvent, data: string, writer: string): string =>
  derivedUuid('event', id, type, createHash('sha256').update(data).digest('hex'), writer);

/** What the server counts of an event. */
const serverBytesOf = (type: string, ...texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), type.length * 2);

/**
 * @param writer the same for as long as an append may be repeated as it was
 * @throws EventTooLargeError when the server would find them too large in all
 */
export const toServerEvents = (events: readonly NewEvent[], writer: string): EventData[] => {
  let total = 0;
  return events.map((event) => {
    const { id: eventId, type, data, schemaVersion, recordedAt, meta } = event;
    const metadata: Envelope = { eventId, schemaVersion, recordedAt, meta };
    const text = JSON.stringify(data);
    total += serverBytesOf(type, text, JSON.stringify(metadata));
    if (total > MAX_APPEND_BYTES) throw new EventTooLargeError(type, total, MAX_APPEND_BYTES);
    return {
      id: serverIdOf(event, text, writer),
      contentType: 'application/json',
      type,
      data,
      metadata: { ...metadata },
    };
  });
};

const envelopeOf = (metadata: unknown): Envelope | undefined => {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const isOurs = ['eventId', 'schemaVersion', 'recordedAt', 'meta'].every((key) => key in metadata);
  return isOurs ? (metadata as Envelope) : undefined;
};

/** The event as the port knows it; undefined for one that another application wrote, or whose place is not told. */
export const fromServerEvent = (event: ServerEvent | AllStreamRecordedEvent | undefined): RecordedEvent | undefined => {
  const envelope = envelopeOf(event?.metadata);
  if (event?.position === undefined || envelope === undefined || !event.isJson) return undefined;
  const { eventId, schemaVersion, recordedAt, meta } = envelope;
  return {
    id: eventId,
    type: event.type,
    schemaVersion,
    recordedAt,
    data: event.data as JsonObject,
    meta,
    stream: event.streamId,
    revision: event.revision,
    position: encodePosition(event.position),
  };
};
