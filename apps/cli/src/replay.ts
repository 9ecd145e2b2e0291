import { INSTALLATION, tenantType } from '#access';
import { streamName, tenantOfStream } from '#aggregates';
import { type EventStore, historyItem, type RecordedEvent } from '#event-store';
import { describeEvent } from './describe-event.js';
import { EVENT_TYPES } from './known-events.js';
import { KeyNames } from './key-names.js';
import { openStore } from './open-store.js';
import type { Output } from './output.js';
import { paintEvent, type Palette } from './paint.js';
import type { ProgressBar } from './progress-bar.js';
import { printable } from './table.js';
import { Tally } from './tally.js';
import { UsageError } from './usage-error.js';

export interface ReplayOptions {
  readonly data: string;
  readonly tenant: string;
  readonly allTenants?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  readonly stream?: string;
  readonly json?: boolean;
}

export interface ReplayDisplay {
  readonly output: Output;
  readonly bar: ProgressBar;
  readonly palette: Palette;
}

const PAGE = 1_000;

const positionOf = (name: string, value: string | undefined, absent: number): number => {
  if (value === undefined) return absent;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new UsageError(`--${name} takes a position, a whole number; ${value} is none.`);
};

type Filter = (event: RecordedEvent) => boolean;

/** Who names a stream names its tenant. */
const isOfTenant = ({ tenant, allTenants, stream }: ReplayOptions): Filter => {
  const wanted = stream === undefined ? tenant : tenantOfStream(stream);
  return (event) => allTenants === true || tenantOfStream(event.stream) === wanted;
};

const filterOf = ({ type, stream, from }: ReplayOptions): Filter => {
  if (type !== undefined && !EVENT_TYPES.includes(type))
    throw new UsageError(`There is no event type ${type}. The types are: ${EVENT_TYPES.join(', ')}.`);
  const first = positionOf('from', from, 1);
  return (event) =>
    Number(event.position) >= first &&
    (type === undefined || event.type === type) &&
    (stream === undefined || event.stream === stream);
};

/** Wide enough for most: `serviceRequest-default.` and an id, a name and how its key begins. */
const WIDTHS = [8, 24, 20, 59, 34];

const columns = (...cells: readonly string[]): string =>
  cells.map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0)).join('  ');

const lineOf = (event: RecordedEvent, names: KeyNames, palette: Palette): string => {
  const { position, recordedAt, type, stream } = event;
  const cells = [position.padStart(8), recordedAt, type, printable(stream), names.actedBy(event), describeEvent(event)];
  return paintEvent(type, palette)(columns(...cells));
};

const HEAD = columns('position', 'recorded at', 'event', 'stream', 'by', 'what');

/** Whose events there are, and who is registered. */
const tenantsNamedBy = (stream: string): readonly string[] => {
  const own = tenantOfStream(stream);
  const prefix = streamName(tenantType, own, '');
  return stream.startsWith(prefix) ? [own, stream.slice(prefix.length)] : [own];
};

/** Only a whole replay has met all tenants there are. */
const assertMet = ({ tenant, allTenants, stream, to }: ReplayOptions, met: ReadonlySet<string>): void => {
  const isAsked = allTenants !== true && stream === undefined && to === undefined && tenant !== INSTALLATION;
  if (!isAsked || met.has(tenant)) return;
  const known = met.size === 0 ? 'It is empty.' : `The tenants are: ${[...met].sort().join(', ')}.`;
  throw new UsageError(`There is no tenant ${tenant} in this store. ${known}`);
};

/** Pages of all events up to `to`, in commit order. */
async function* pages(store: EventStore, to: number): AsyncGenerator<readonly RecordedEvent[]> {
  for (let after = '0'; ;) {
    const page = await store.readAll({ after, limit: PAGE });
    const wanted = page.filter(({ position }) => Number(position) <= to);
    if (wanted.length > 0) yield wanted;
    if (wanted.length < PAGE) return;
    after = page.at(-1)?.position ?? after;
  }
}

/**
 * A tenant's events in the order they were committed, then what they add up to. Those of others are only looked at.
 * @throws UsageError at the first event that this version does not understand, after what is before it; and for a tenant
 * that is not there
 */
export const replay = async (options: ReplayOptions, { output, bar, palette }: ReplayDisplay) => {
  const to = positionOf('to', options.to, Number.MAX_SAFE_INTEGER);
  const [isOwn, isWanted] = [isOfTenant(options), filterOf(options)];
  const store = openStore(options.data);
  try {
    // What is committed meanwhile is left for the next replay: it would be a race that a busy service wins.
    const last = Math.min(to, Number((await store.head()) ?? 0));
    const tally = new Tally(store);
    const met = new Set<string>();
    const names = new KeyNames();
    let isHeaded = options.json === true;
    for await (const page of pages(store, last)) {
      const lines: string[] = [];
      try {
        for (const event of page) {
          await tally.take(event, isOwn(event));
          names.learn(event);
          for (const tenant of tenantsNamedBy(event.stream)) met.add(tenant);
          if (!isOwn(event) || !isWanted(event)) continue;
          lines.push(
            options.json === true
              ? JSON.stringify({ stream: event.stream, ...historyItem(event) })
              : lineOf(event, names, palette),
          );
        }
      } finally {
        if (lines.length > 0) {
          bar.clear();
          await output.lines(isHeaded ? lines : [palette.bold(HEAD), ...lines]);
          isHeaded = true;
        }
        tally.show(lines.length);
      }
      bar.update(Number(page.at(-1)?.position ?? last) / last);
    }
    assertMet(options, met);
    return tally.summary();
  } finally {
    bar.clear();
    await store.close();
  }
};
