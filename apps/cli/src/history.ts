import { type RecordedEvent, StreamNotFoundError } from '#event-store';
import { describeEvent } from './describe-event.js';
import { openStore, UsageError } from './open-store.js';
import { table } from './table.js';

export interface HistoryOptions {
  readonly data: string;
  readonly tenant: string;
  readonly json?: boolean;
}

/** An event as `GET …/history` shows it. */
export const historyItem = ({ stream: _, meta, revision, ...event }: RecordedEvent) => {
  const { actor, commandId, correlationId, causationId } = meta;
  return { ...event, revision: Number(revision), actor, commandId, correlationId, causationId: causationId ?? null };
};

const row = (event: RecordedEvent): readonly string[] => [
  event.recordedAt,
  String(event.revision),
  event.type,
  event.meta.actor.id,
  describeEvent(event),
];

/** Every event of one request, in order. @throws UsageError when there is no such request */
export const history = async (requestId: string, { data, tenant, json }: HistoryOptions): Promise<string> => {
  const store = openStore(data);
  try {
    const events = await store.readStream(`serviceRequest-${tenant}.${requestId.toLowerCase()}`);
    if (json === true) return events.map((event) => JSON.stringify(historyItem(event))).join('\n');
    return table(['recorded at', 'rev', 'event', 'by', 'what'], events.map(row));
  } catch (error) {
    if (error instanceof StreamNotFoundError)
      throw new UsageError(
        `There is no service request ${requestId} in this store. GET /v1/service-requests lists the ids.`,
      );
    throw error;
  } finally {
    await store.close();
  }
};
