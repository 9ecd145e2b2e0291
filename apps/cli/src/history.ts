import { historyItem, type RecordedEvent } from '#event-store';
import { actedBy, describeEvent } from './describe-event.js';
import { readRequest } from './read-request.js';
import { openStore } from './open-store.js';
import { paintEvent, type Palette } from './paint.js';
import { table } from './table.js';

export interface HistoryOptions {
  readonly data: string;
  readonly tenant: string;
  readonly json?: boolean;
}

/** One line an event, under a head. */
const historyTable = (events: readonly RecordedEvent[], palette: Palette): readonly string[] => {
  const rows = events.map((event) => [
    event.recordedAt,
    String(event.revision),
    event.type,
    actedBy(event),
    describeEvent(event),
  ]);
  const [head = '', ...lines] = table(['recorded at', 'rev', 'event', 'by', 'what'], rows);
  return [palette.bold(head), ...lines.map((line, index) => paintEvent(events[index]?.type ?? '', palette)(line))];
};

const read = async (named: string, { data, tenant }: HistoryOptions): Promise<readonly RecordedEvent[]> => {
  const store = openStore(data);
  try {
    return await readRequest(store, tenant, named);
  } finally {
    await store.close();
  }
};

/** Every event of one request, in order. @throws UsageError when there is no such request */
export const history = async (named: string, options: HistoryOptions, palette: Palette): Promise<readonly string[]> => {
  const events = await read(named, options);
  if (options.json === true) return events.map((event) => JSON.stringify(historyItem(event)));
  return historyTable(events, palette);
};
