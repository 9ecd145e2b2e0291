import { traceOf } from '#kernel';
import type { RecordedEvent } from './event-store.js';

/** An event as readers of a history see it, over HTTP and in the terminal: JSON, without the stream, which they asked for. */
export const historyItem = ({ stream: _, meta, revision, ...event }: RecordedEvent) => {
  const { actor, commandId, correlationId, causationId } = meta;
  const ids = { commandId, correlationId, causationId: causationId ?? null, ...traceOf(meta) };
  return { ...event, revision: Number(revision), actor, ...ids };
};
