import { traceOf } from '#kernel';
import type { RecordedEvent } from './event-store.js';

/** An event as readers of a history see it, over HTTP and in the terminal: JSON, without the stream, which they asked for. */
export const historyItem = ({ stream: _, meta, revision, ...event }: RecordedEvent) => {
  const { actor, onBehalfOf, commandId, correlationId, causationId } = meta;
  return {
    ...event,
    revision: Number(revision),
    actor,
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    commandId,
    correlationId,
    causationId: causationId ?? null,
    ...traceOf(meta),
  };
};
