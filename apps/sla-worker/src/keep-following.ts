import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

const wait = (ms: number, signal: AbortSignal): Promise<unknown> =>
  delay(ms, undefined, { signal }).catch((aborted: unknown) => aborted);

/**
 * Follows until aborted, or until the store is closed: what fails is begun again, ever more seldom.
 * @param follow resumes where it got to; ends without an error only with the signal or the store
 * @param name what it does, for the log
 */
export const keepFollowing = async (
  name: string,
  follow: () => Promise<void>,
  log: Pick<Logger, 'error'>,
  signal: AbortSignal,
  pause = wait,
): Promise<void> => {
  for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)) {
    try {
      await follow();
      return;
    } catch (error) {
      log.error({ err: error }, `${name} failed; it is begun again in ${retryMs / 1_000} s`);
      await pause(retryMs, signal);
    }
  }
};
