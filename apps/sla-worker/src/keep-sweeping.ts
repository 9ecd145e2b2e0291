import type { Logger } from 'pino';
import { Waker } from '#event-store';
import type { Followers } from '#following';
import type { Timer } from '#job-queue';
import type { DeadlineTimers, Sweep, TimerWatch } from '#service-request';

/** A sweep that failed is tried again within this. */
const AGAIN_MS = 30_000;

/** A queue whose clock was set back runs nothing that was armed before: what is overdue waits for sweeps, then. */
const DOUBTFUL_EVERY_MS = 5_000;
const DOUBTFUL_FOR_MS = 10 * 60_000;

interface Sweeping {
  /** Sweeps as soon as the running one is over, and more often for a while: a clock was set. */
  readonly doubtClocks: () => void;
  /** Sweeps as soon as the running one is over: timers were lost, so that many are missing is no news. */
  sweepAfterLoss(): void;
  stop(): Promise<void>;
}

/** Sweeps now, then whenever the last sweep said, and when asked; never two at a time. */
export const keepSweeping = (
  timers: DeadlineTimers,
  ask: (timer: Timer) => Promise<unknown>,
  watch: TimerWatch,
  followers: Followers,
  log: Logger,
): Sweeping => {
  const wanted = new Waker();
  const ended = new AbortController();
  let ticket = 0;
  let lossIsKnown = true;
  let doubtfulUntil = -Infinity;

  const tell = ({ refusal, drift, armed, asked }: Sweep, lossWasKnown: boolean): void => {
    if (refusal !== undefined)
      log.error({ err: refusal }, 'The timer queue refuses: until it is back, a sweep notices what is missed');
    else if (asked > 0) log.warn({ asked }, 'Timers are overdue and the queue has not run them; a sweep asked instead');
    if (drift > 0 && !lossWasKnown)
      log.warn({ drift, armed }, 'Timers that had been armed were gone without a trace, and are armed again');
  };
  /** @returns when the next one is to begin */
  const sweep = async (): Promise<number> => {
    const lossWasKnown = lossIsKnown;
    lossIsKnown = false;
    const begun = performance.now();
    const found = await timers.sweep(ask, ended.signal);
    // What the queue refused is missing the next time.
    if (found.refusal !== undefined) lossIsKnown = true;
    tell(found, lossWasKnown);
    watch.swept(found, Math.round(performance.now() - begun), lossWasKnown);
    return performance.now() < doubtfulUntil ? Math.min(found.nextInMs, DOUBTFUL_EVERY_MS) : found.nextInMs;
  };
  const pause = (ms: number, signal: AbortSignal): Promise<void> => wanted.sleep(ticket, signal, ms);
  const sweepOn = async (wentWell: () => void): Promise<void> => {
    while (!ended.signal.aborted) {
      ticket = wanted.ticket;
      const nextInMs = await sweep();
      wentWell();
      await pause(nextInMs, ended.signal);
    }
  };
  const running = followers.keep('sweep-deadlines', sweepOn, {
    signal: ended.signal,
    patience: { firstMs: AGAIN_MS, longestMs: AGAIN_MS, pause },
  });
  return {
    doubtClocks: () => {
      doubtfulUntil = performance.now() + DOUBTFUL_FOR_MS;
      wanted.wake();
    },
    sweepAfterLoss: () => {
      lossIsKnown = true;
      wanted.wake();
    },
    stop: () => {
      ended.abort();
      return running;
    },
  };
};
