import { historyItem, type RecordedEvent } from '#event-store';
import { describeEvent } from './describe-event.js';
import { type KeyNames, readKeyNames } from './key-names.js';
import { readRequest } from './read-request.js';
import { openStore } from './open-store.js';
import { paintEvent, type Palette } from './paint.js';
import { table } from './table.js';

export interface HistoryOptions {
  readonly data: string;
  readonly tenant: string;
  readonly json?: boolean;
}

interface Read {
  readonly events: readonly RecordedEvent[];
  readonly names: KeyNames;
}

/** One line an event, under a head. */
const historyTable = ({ events, names }: Read, palette: Palette): readonly string[] => {
  const rows = events.map((event) => [
    event.recordedAt,
    String(event.revision),
    event.type,
    names.actedBy(event),
    describeEvent(event),
  ]);
  const [head = '', ...lines] = table(['recorded at', 'rev', 'event', 'by', 'what'], rows);
  return [palette.bold(head), ...lines.map((line, index) => paintEvent(events[index]?.type ?? '', palette)(line))];
};

const read = async (named: string, { data, tenant }: HistoryOptions): Promise<Read> => {
  const store = openStore(data);
  try {
    return { events: await readRequest(store, tenant, named), names: await readKeyNames(store, tenant) };
  } finally {
    await store.close();
  }
};

/** Every event of one request, in order. @throws UsageError when there is no such request */
export const history = async (named: string, options: HistoryOptions, palette: Palette): Promise<readonly string[]> => {
  const found = await read(named, options);
  if (options.json === true) return found.events.map((event) => JSON.stringify(historyItem(event)));
  return historyTable(found, palette);
};
