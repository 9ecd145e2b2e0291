import type {
  AllStreamResolvedEvent,
  AllStreamSubscription,
  Position as ServerPosition,
} from '@kurrent/kurrentdb-client';
import { comparePositions, type Position, type RecordedEvent, type SubscriptionBatch } from '../event-store.js';
import { fromServerEvent } from './event.codec.js';
import { encodePosition } from './positions.js';

/** What a subscription to all needs from the feed that reads it. */
export interface FeedHooks {
  /** A place up to which everything that matches was sent. */
  readonly checkpointReached: (subscription: AllStreamSubscription, position: ServerPosition) => void;
}

/**
 * One subscription of the client, read in batches. The client holds one batch of its own in memory and stops reading
 * from the server while nobody takes it.
 *
 * What the server says between events (how far it is, that it has caught up) arrives beside the events, ahead of those
 * that still wait: it counts once all of them are taken.
 */
export class LiveFeed {
  readonly #subscription: AllStreamSubscription;
  #checkpoint: Position | undefined;
  #isLive = false;
  #ended: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(
    subscribe: (hooks: FeedHooks) => AllStreamSubscription,
    private readonly batchSize: number,
    private readonly onConfirmed: () => void,
  ) {
    this.#subscription = subscribe({ checkpointReached: (_, position) => this.#passed(position) });
    this.#listen();
  }

  /** The next batch that says anything new; undefined when the signal is given first. @throws Error when the feed is lost */
  async next(
    after: Position | undefined,
    wasCaughtUp: boolean,
    signal: AbortSignal,
  ): Promise<SubscriptionBatch | undefined> {
    while (!signal.aborted) {
      const batch = this.#take(after);
      const isNews = batch.events.length > 0 || batch.position !== (after ?? '0') || (batch.caughtUp && !wasCaughtUp);
      if (isNews) return batch;
      if (this.#ended !== undefined) throw this.#ended;
      await this.#change(signal);
    }
    return undefined;
  }

  close(): void {
    this.#subscription.destroy();
    this.#subscription.unsubscribe().catch(() => undefined);
  }

  #listen(): void {
    const wake = (): void => this.#wake();
    const end = (error: Error): void => {
      this.#ended ??= error;
      wake();
    };
    this.#subscription
      .on('confirmation', this.onConfirmed)
      .on('caughtUp', (info: { readonly position?: ServerPosition }) => {
        this.#isLive = true;
        if (info.position !== undefined) this.#passed(info.position);
        wake();
      })
      .on('fellBehind', () => {
        this.#isLive = false;
      })
      .on('readable', wake)
      .on('error', end)
      .on('end', () => end(new Error('The server ended the subscription.')))
      .on('close', () => end(new Error('The subscription was closed.')));
  }

  #passed(position: ServerPosition): void {
    this.#checkpoint = encodePosition(position);
    this.#wake();
  }

  #take(after: Position | undefined): SubscriptionBatch {
    const events: RecordedEvent[] = [];
    let position = after ?? '0';
    let taken = 0;
    while (taken < this.batchSize) {
      const resolved = this.#subscription.read() as AllStreamResolvedEvent | null; // the client types its other ways of reading only
      if (resolved === null) break;
      taken += 1;
      const event = fromServerEvent(resolved.event);
      if (event !== undefined) events.push(event);
      if (resolved.event !== undefined) position = encodePosition(resolved.event.position);
    }
    const isDrained = taken < this.batchSize;
    if (isDrained && comparePositions(this.#checkpoint, position) > 0) position = this.#checkpoint ?? position;
    return { events, position, caughtUp: isDrained && this.#isLive };
  }

  async #change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wake = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
