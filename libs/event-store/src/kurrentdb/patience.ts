import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** Waits before the next try: twice as long each time, and never as long as others who wait for the same server. */
export const backOff = async (attempt: number, signal: AbortSignal): Promise<void> => {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS);
  await delay(pauseMs / 2 + randomInt(Math.ceil(pauseMs / 2)), undefined, { signal }).catch(() => undefined);
};

/** The client keeps no deadline of its own for what it has already sent. */
export const within = async <T>(ms: number, answer: Promise<T>, late: () => Error): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
};
