import { type EventStore, type ReadStreamOptions, type RecordedEvent, StreamNotFoundError } from '#event-store';
import { requestNotFound } from './answers.js';

/** The events of a request in order. @throws DomainError `not-found` when it was never filed */
export const readHistory = async (
  events: EventStore,
  stream: string,
  options?: ReadStreamOptions,
): Promise<readonly RecordedEvent[]> => {
  try {
    return await events.readStream(stream, options);
  } catch (error) {
    if (error instanceof StreamNotFoundError) return requestNotFound();
    throw error;
  }
};
