import { LRUCache } from 'lru-cache';
import { evolveRecorded } from '#aggregates';
import type { EventStore, RecordedEvent } from '#event-store';
import { instantToMs, messageOf } from '#kernel';
import {
  type FiledRequest,
  notFiled,
  type Obligation,
  type ServiceRequest,
  serviceRequestType,
} from '#service-request';
import { humanDuration } from './describe-event.js';
import { assertKnown } from './known-events.js';
import { table } from './table.js';
import { UsageError } from './usage-error.js';

const PREFIX = `${serviceRequestType.category}-`;
const { codec } = serviceRequestType;

const counted = (counts: Readonly<Record<string, number>>): string => {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  const total = some.reduce((sum, [, count]) => sum + count, 0);
  return total === 0 ? 'none' : `${total} (${some.map(([name, count]) => `${count} ${name}`).join(', ')})`;
};

/**
 * Folds what passes by with the domain's own `evolve`. States of requests that were not touched lately are forgotten
 * and read again when needed, so the memory does not grow with the store.
 */
export class Tally {
  #events = 0;
  #shown = 0;
  #breaches = 0;
  /** What was missed before its ticket came here tells nothing of this service. */
  #imported = 0;
  /** Found by the change that made them, not by a timer. */
  #moved = 0;
  #longestMs = 0;
  readonly #statuses: Record<FiledRequest['status'], number> = {
    new: 0,
    waitingOnPartner: 0,
    waitingOnCustomer: 0,
    escalated: 0,
    resolved: 0,
    closed: 0,
  };
  readonly #promises: Record<Obligation['state'], number> = { open: 0, paused: 0, met: 0, breached: 0, annulled: 0 };
  readonly #states: LRUCache<string, ServiceRequest>;

  /** @param remembered how many requests' states are kept */
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    remembered = 10_000,
  ) {
    this.#states = new LRUCache({ max: remembered });
  }

  /**
   * @param counts false for one that must be understood, and adds nothing
   * @throws UsageError that names the event which is not understood or does not fit what was before it
   */
  async take(event: RecordedEvent, counts = true): Promise<void> {
    try {
      assertKnown(event);
      if (!counts) return;
      if (event.stream.startsWith(PREFIX)) await this.#fold(event);
      this.#events += 1;
    } catch (cause) {
      throw new UsageError(`Stopped at position ${event.position}, ${event.stream}: ${messageOf(cause)}`, { cause });
    }
  }

  show(count: number): void {
    this.#shown += count;
  }

  summary(): readonly string[] {
    return table(
      ['replayed', `${this.#events} events, ${this.#shown} shown`],
      [
        ['requests', counted(this.#statuses)],
        ['promises', counted(this.#promises)],
        ['breaches', this.#breachesInWords()],
      ],
    );
  }

  #breachesInWords(): string {
    const [here, moved, imported] = [this.#breaches, this.#moved, this.#imported];
    if (here + moved + imported === 0) return 'none';
    const parts = [
      ...(here === 0 ? [] : [`${here}, found at most ${humanDuration(this.#longestMs)} after the deadline`]),
      ...(moved === 0 ? [] : [`${moved} by a change that moved the deadline into the past`]),
      ...(imported === 0 ? [] : [`${imported} imported with ${imported === 1 ? 'its ticket' : 'their tickets'}`]),
    ];
    return parts.join('; ');
  }

  async #fold(event: RecordedEvent): Promise<void> {
    const before = this.#states.get(event.stream) ?? (await this.#stateBefore(event));
    const after = evolveRecorded(serviceRequestType, before, event);
    this.#count(before, -1);
    this.#count(after, 1);
    this.#states.set(event.stream, after);
    if (event.type !== 'ResponseBreached' && event.type !== 'ResolutionBreached') return;
    const breach = codec.decode(event);
    if (breach.type !== 'ResponseBreached' && breach.type !== 'ResolutionBreached') return;
    const { dueAt, detectedAt, cause } = breach.data;
    if (cause === 'import') {
      this.#imported += 1;
      return;
    }
    if (cause !== 'timer') {
      this.#moved += 1;
      return;
    }
    this.#breaches += 1;
    this.#longestMs = Math.max(this.#longestMs, instantToMs(detectedAt) - instantToMs(dueAt));
  }

  async #stateBefore({ stream, revision }: RecordedEvent): Promise<ServiceRequest> {
    if (revision === 0n) return notFiled;
    const earlier = await this.store.readStream(stream, { limit: Number(revision) });
    return earlier.reduce<ServiceRequest>(
      (state, earlierEvent) => evolveRecorded(serviceRequestType, state, earlierEvent),
      notFiled,
    );
  }

  #count(request: ServiceRequest, by: 1 | -1): void {
    if (request.status === 'notFiled') return;
    this.#statuses[request.status] += by;
    for (const { state } of request.obligations) this.#promises[state] += by;
  }
}
