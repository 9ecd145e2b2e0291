import type { Logger } from 'pino';
import type { Timer } from '#job-queue';
import type { DeadlineTimers, Sweep } from '#service-request';

/** A sweep that failed is tried again after this. */
const AGAIN_MS = 30_000;

export interface Sweeping {
  /** Sweeps as soon as the running one is over: timers were lost, so that many are missing is no news. */
  sweepAfterLoss(): void;
  stop(): Promise<void>;
}

/** Sweeps now, then whenever the last sweep said, and when asked; never two at a time. */
export const keepSweeping = (
  timers: DeadlineTimers,
  ask: (timer: Timer) => Promise<unknown>,
  log: Logger,
  onSwept: (sweep: Sweep, tookMs: number) => void,
): Sweeping => {
  let running: Promise<void> | undefined;
  let next: NodeJS.Timeout | undefined;
  let lossIsKnown = true;
  let asked = false;
  let stopped = false;

  const tell = ({ refusal, drift, armed }: Sweep, lossWasKnown: boolean): void => {
    if (refusal !== undefined)
      log.error({ err: refusal }, 'The timer queue refuses: until it is back, a sweep notices what is missed');
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
      onSwept(sweep, Math.round(performance.now() - begun));
      return sweep.nextInMs;
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
  sweep();
  return {
    sweepAfterLoss: () => {
      if (stopped) return;
      lossIsKnown = true;
      if (running === undefined) sweep();
      else asked = true;
    },
    stop: async () => {
      stopped = true;
      clearTimeout(next);
      await running;
    },
  };
};
