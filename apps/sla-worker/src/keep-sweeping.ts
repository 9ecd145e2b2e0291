import type { Logger } from 'pino';
import type { Timer } from '#job-queue';
import type { DeadlineTimers, Sweep, TimerWatch } from '#service-request';

/** A sweep that failed is tried again after this. */
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
  log: Logger,
): Sweeping => {
  let running: Promise<void> | undefined;
  let next: NodeJS.Timeout | undefined;
  let lossIsKnown = true;
  let doubtfulUntil = -Infinity;
  let asked = false;
  let stopped = false;

  const tell = ({ refusal, drift, armed, asked }: Sweep, lossWasKnown: boolean): void => {
    if (refusal !== undefined)
      log.error({ err: refusal }, 'The timer queue refuses: until it is back, a sweep notices what is missed');
    else if (asked > 0) log.warn({ asked }, 'Timers are overdue and the queue has not run them; a sweep asked instead');
    if (drift > 0 && !lossWasKnown)
      log.warn({ drift, armed }, 'Timers that had been armed were gone without a trace, and are armed again');
  };
  const sweepOnce = async (): Promise<number> => {
    const lossWasKnown = lossIsKnown;
    lossIsKnown = false;
    const begun = performance.now();
    try {
      const sweep = await timers.sweep(ask);
      // What the queue refused is missing the next time.
      if (sweep.refusal !== undefined) lossIsKnown = true;
      tell(sweep, lossWasKnown);
      watch.swept(sweep, Math.round(performance.now() - begun), lossWasKnown);
      return performance.now() < doubtfulUntil ? Math.min(sweep.nextInMs, DOUBTFUL_EVERY_MS) : sweep.nextInMs;
    } catch (error) {
      log.error({ err: error }, 'A sweep over open deadlines failed; the next one tries again');
      return AGAIN_MS;
    }
  };
  const sweep = (): void => {
    clearTimeout(next);
    asked = false;
    running = sweepOnce().then((nextInMs) => {
      running = undefined;
      if (stopped) return;
      if (asked) sweep();
      else next = setTimeout(sweep, nextInMs);
    });
  };
  const sweepNow = (): void => {
    if (stopped) return;
    if (running === undefined) sweep();
    else asked = true;
  };
  sweep();
  return {
    doubtClocks: () => {
      doubtfulUntil = performance.now() + DOUBTFUL_FOR_MS;
      sweepNow();
    },
    sweepAfterLoss: () => {
      lossIsKnown = true;
      sweepNow();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(next);
      await running;
    },
  };
};
