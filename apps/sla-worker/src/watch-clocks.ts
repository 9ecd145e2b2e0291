import type { Logger } from 'pino';
import type { BullMqTimerQueue } from '#job-queue';
import type { GuardedClock } from '#kernel';

const LOOK_MS = 1_000;
const ASK_MS = 5_000;
/** Below this nobody needs to know. */
const NEWS_MS = 1_000;

type Witness = Pick<BullMqTimerQueue, 'serverTimeMs'>;

/** Asks what the clock of the timer queue's server shows; while that is away, nothing is heard. */
export const askWitness = async (clock: GuardedClock, witness: Witness): Promise<void> => {
  const askedAtMs = performance.now();
  try {
    const saidMs = await witness.serverTimeMs();
    clock.hear({ askedAtMs, answeredAtMs: performance.now(), saidMs });
  } catch {
    // The queue tells by itself that its server is away.
  }
};

/**
 * Has the guarded clock look at the wall clock and hear the witness, and logs when they disagree.
 * @param onNews told when they begin to disagree, or do so by more or less than before
 */
export const watchClocks = (clock: GuardedClock, witness: Witness, log: Logger, onNews: () => void) => {
  let toldMs = 0;
  let asking: Promise<void> = Promise.resolve();

  const tell = (): void => {
    const { disagreementMs } = clock;
    if (Math.abs(disagreementMs - toldMs) < NEWS_MS) return;
    toldMs = Math.abs(disagreementMs) < NEWS_MS ? 0 : disagreementMs;
    if (toldMs === 0) log.info('The clocks agree again');
    else log.warn({ disagreementMs }, 'The clock of this machine is doubted: deadlines go by the earliest clock');
    onNews();
  };
  const looking = setInterval(() => {
    clock.look();
    tell();
  }, LOOK_MS);
  const asks = setInterval(() => {
    asking = askWitness(clock, witness);
  }, ASK_MS);
  return {
    stop: (): Promise<void> => {
      clearInterval(looking);
      clearInterval(asks);
      return asking;
    },
  };
};
