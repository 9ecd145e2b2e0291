import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from './errors.js';
import type { Position, SubscribeOptions, SubscriptionBatch } from './event-store.js';

const DEFAULT_BATCH = 512;
const RETRY_AFTER_MS = 250;
/** How often a reader hears that others' events have passed: it has nothing to do but to note the position. */
const NOTHING_EVERY_MS = 100;

/** Wakes those who wait for the next commit; a commit between looking and waiting is not missed. */
export class Waker {
  #commits = 0;
  #sleepers = new Set<() => void>();

  /** What to hand to {@link sleep} after having looked. */
  get ticket(): number {
    return this.#commits;
  }

  wake(): void {
    this.#commits += 1;
    const sleepers = this.#sleepers;
    this.#sleepers = new Set();
    for (const wakeUp of sleepers) wakeUp();
  }

  /** Returns after the first commit since `ticket`, or after `atMostMs`, or when aborted. */
  async sleep(ticket: number, signal: AbortSignal, atMostMs?: number): Promise<void> {
    if (this.#commits !== ticket || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#sleepers.delete(done);
        resolve();
      };
      const timer = atMostMs === undefined ? undefined : setTimeout(done, atMostMs);
      signal.addEventListener('abort', done, { once: true });
      this.#sleepers.add(done);
    });
  }
}

interface Source {
  readonly signal: AbortSignal;
  readonly waker: Waker;
  /** Look again after this time even if nobody tells of a commit. */
  readonly lookEveryMs?: number;
  read(after: Position | undefined, limit: number, types: readonly string[] | undefined): Promise<SubscriptionBatch>;
}

/** A subscription over a log that can be read after a position and tells of its commits. */
export async function* tail(
  options: SubscribeOptions,
  source: Source,
): AsyncGenerator<SubscriptionBatch, void, undefined> {
  const { signal, waker, lookEveryMs } = source;
  let after = options.after;
  let told: Position | undefined;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let announced = false;
  let broken = false;
  while (!signal.aborted) {
    const ticket = waker.ticket;
    try {
      const batch = await source.read(after, options.batchSize ?? DEFAULT_BATCH, options.types);
      if (broken) options.onHealth?.({ state: 'live' });
      broken = false;
      after = batch.position;
      const isFirst = batch.caughtUp && !announced;
      const restMs = batch.events.length > 0 || isFirst ? 0 : toldAtMs + NOTHING_EVERY_MS - performance.now();
      const hasNews = batch.events.length > 0 || isFirst || batch.position !== told;
      if (hasNews && restMs <= 0) {
        announced ||= batch.caughtUp;
        told = batch.position;
        toldAtMs = performance.now();
        yield batch;
      }
      if (batch.caughtUp) await waker.sleep(ticket, signal, hasNews && restMs > 0 ? restMs : lookEveryMs);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      broken = true;
      options.onHealth?.({ state: 'broken', reason: error.message });
      await delay(RETRY_AFTER_MS, undefined, { signal }).catch((aborted: unknown) => aborted);
    }
  }
}
