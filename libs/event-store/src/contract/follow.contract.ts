import { eventually } from '#testing';
import {
  comparePositions,
  type EventStore,
  type Position,
  type RecordedEvent,
  type SubscriptionBatch,
  type SubscriptionHealth,
} from '../event-store.js';

interface Wanted {
  readonly after?: Position | undefined;
  readonly types?: readonly string[];
  readonly batchSize?: number;
  /** The reader's work on each batch. */
  readonly onBatch?: (batch: SubscriptionBatch) => unknown;
}

/** A reader of a subscription, as a projection is one. */
export class Follower {
  readonly events: RecordedEvent[] = [];
  readonly batches: SubscriptionBatch[] = [];
  readonly health: SubscriptionHealth[] = [];
  /** Rejects when the iteration throws; resolves when it ends. */
  readonly ended: Promise<void>;
  readonly #stop = new AbortController();

  constructor(store: EventStore, { onBatch, ...options }: Wanted) {
    const feed = store.subscribe({
      ...options,
      signal: this.#stop.signal,
      onHealth: (health) => void this.health.push(health),
    });
    this.ended = this.#read(feed, onBatch);
  }

  get position(): Position | undefined {
    return this.batches.at(-1)?.position;
  }

  get caughtUp(): boolean {
    return this.batches.some(({ caughtUp }) => caughtUp);
  }

  get ids(): string[] {
    return this.events.map(({ id }) => id);
  }

  /** Events that came although a batch before them said that everything up to their place had been delivered. */
  get late(): RecordedEvent[] {
    return this.batches.flatMap(({ events }, index) =>
      events.filter(({ position }) => comparePositions(this.batches[index - 1]?.position, position) >= 0),
    );
  }

  async sees(count: number, timeoutMs = 15_000): Promise<void> {
    await eventually(() => this.events.length >= count, {
      timeoutMs,
      what: `${count} events (now ${this.events.length})`,
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.ended;
  }

  async #read(feed: AsyncIterable<SubscriptionBatch>, onBatch: Wanted['onBatch']): Promise<void> {
    for await (const batch of feed) {
      this.batches.push(batch);
      this.events.push(...batch.events);
      await onBatch?.(batch);
    }
  }
}
