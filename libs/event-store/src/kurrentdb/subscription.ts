import type { AllStreamSubscription } from '@kurrent/kurrentdb-client';
import type { Position, SubscribeOptions, SubscriptionBatch } from '../event-store.js';
import { reasonOf } from './failures.js';
import { type FeedHooks, LiveFeed } from './live-feed.js';
import { backOff } from './patience.js';

type Open = (after: Position | undefined, batchSize: number, hooks: FeedHooks) => AllStreamSubscription;

/** One feed after another: whenever one is lost, the next resumes after what was delivered last. */
export async function* resubscribing(
  { after, batchSize = 512, onHealth }: SubscribeOptions,
  signal: AbortSignal,
  open: Open,
): AsyncGenerator<SubscriptionBatch, void, undefined> {
  let position = after;
  let wasCaughtUp = false;
  let isBroken = false;
  let attempt = 0;
  const confirmed = (): void => {
    if (isBroken) onHealth?.({ state: 'live' });
    isBroken = false;
    attempt = 0;
  };
  while (!signal.aborted) {
    const resumeAfter = position;
    const feed = new LiveFeed((hooks) => open(resumeAfter, batchSize, hooks), batchSize, confirmed);
    try {
      for (;;) {
        const batch = await feed.next(position, wasCaughtUp, signal);
        if (batch === undefined) return;
        ({ position, caughtUp: wasCaughtUp } = batch);
        yield batch;
      }
    } catch (error) {
      isBroken = true;
      onHealth?.({ state: 'broken', reason: reasonOf(error) });
      await backOff(attempt, signal);
      attempt += 1;
    } finally {
      feed.close();
    }
  }
}
