import type { RecordedEvent } from '#event-store';
import { evolve, notFiled, type ServiceRequest, serviceRequestType } from '#service-request';
import { describeEvent } from './describe-event.js';
import { historyItem } from './history.js';
import { openStore, UsageError } from './open-store.js';
import { table } from './table.js';

export interface ReplayOptions {
  readonly data: string;
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  readonly stream?: string;
  readonly json?: boolean;
}

export interface ReplayOutput {
  line(text: string): void;
  /** Called after each page with how far it has come, from 0 to 1. */
  progress(done: number): void;
}

const PAGE = 1_000;
const PREFIX = `${serviceRequestType.category}-`;

const positionOf = (name: string, value: string | undefined, absent: number): number => {
  if (value === undefined) return absent;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new UsageError(`--${name} takes a position, a whole number; ${value} is none.`);
};

/** Folds what passes by; keeps one state a request, so its memory grows with the requests, not with the events. */
class Tally {
  readonly #requests = new Map<string, ServiceRequest>();
  events = 0;

  take(event: RecordedEvent): void {
    this.events += 1;
    if (!event.stream.startsWith(PREFIX)) return;
    const before = this.#requests.get(event.stream) ?? notFiled;
    this.#requests.set(event.stream, evolve(before, serviceRequestType.codec.decode(event)));
  }

  summary(): string {
    const statuses = new Map<string, number>();
    const obligations = new Map<string, number>();
    for (const request of this.#requests.values()) {
      statuses.set(request.status, (statuses.get(request.status) ?? 0) + 1);
      for (const { state } of request.status === 'notFiled' ? [] : request.obligations)
        obligations.set(state, (obligations.get(state) ?? 0) + 1);
    }
    const counted = (counts: ReadonlyMap<string, number>): string =>
      [...counts].map(([name, count]) => `${count} ${name}`).join(', ') || 'none';
    return table(
      ['replayed', `${this.events} events`],
      [
        ['requests', counted(statuses)],
        ['promises', counted(obligations)],
      ],
    );
  }
}

const isWanted = ({ type, stream }: ReplayOptions, event: RecordedEvent): boolean =>
  (type === undefined || event.type === type) && (stream === undefined || event.stream === stream);

const shown = (event: RecordedEvent, json: boolean | undefined): string =>
  json === true
    ? JSON.stringify({ stream: event.stream, ...historyItem(event) })
    : `${event.position.padStart(8)}  ${event.recordedAt}  ${event.type.padEnd(20)}  ${event.stream}  ${describeEvent(event)}`;

/**
 * All events in the order they were committed, then what they add up to.
 * @throws UnknownEventError at the first event of a request that this version does not understand
 */
export const replay = async (options: ReplayOptions, output: ReplayOutput): Promise<string> => {
  const [from, to] = [positionOf('from', options.from, 1), positionOf('to', options.to, Number.MAX_SAFE_INTEGER)];
  const store = openStore(options.data);
  const tally = new Tally();
  try {
    const last = Math.min(to, Number((await store.head()) ?? 0));
    for (let after = 0; after < last;) {
      const events = (await store.readAll({ after: String(after), limit: PAGE })).filter(
        ({ position }) => Number(position) <= last,
      );
      for (const event of events) {
        tally.take(event);
        if (Number(event.position) >= from && isWanted(options, event)) output.line(shown(event, options.json));
      }
      after = Number(events.at(-1)?.position ?? last);
      output.progress(after / last);
    }
    return tally.summary();
  } finally {
    await store.close();
  }
};
