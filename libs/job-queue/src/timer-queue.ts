import type { Instant, JsonObject } from '#kernel';

/** A reminder: at `dueAt` somebody should ask. It never decides; the recorded state does. */
export interface Timer {
  /**
   * Derived from the fact that it serves (request, obligation and its revision), never random: 1 to
   * 200 letters, digits and `. _ @ -`.
   */
  readonly id: string;
  /** May be past: then the timer runs at once. */
  readonly dueAt: Instant;
  readonly payload: JsonObject;
}

/** The answer of a handler that was called too early, by its own clock: it is called again after so long. */
export interface RunAgain {
  readonly againInMs: number;
}

/** May be called late, early (the queue's clock may be ahead), twice, for a stale timer, or by two workers at once. */
export type TimerHandler = (timer: Timer) => Promise<RunAgain | undefined>;

export interface StartOptions {
  /** Handlers running at the same time in this process, at least 1. */
  readonly concurrency: number;
}

/**
 * Why armed timers may be gone. `reconnected`: the connection was down, and a killed server forgets its last second.
 * `emptied`: the server came back, or was swapped or flushed, without our data.
 */
export type LossReason = 'reconnected' | 'emptied';

export type TimerQueueHealth = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Reminders that may be lost: whoever arms them must be able to rebuild them from the store (`onPossibleLoss`, `missing`).
 * Every adapter passes `timer-queue.contract.ts`.
 *
 * A call is answered or refused within seconds, whatever became of the server.
 */
export interface TimerQueue {
  /**
   * Arms all timers, in bulk. An id that is armed already is left as it is, its old `dueAt` included. Not atomic: after
   * an error some may be armed; arm all again.
   * @throws RangeError for an id of another form, before anything is sent
   * @throws QueueUnavailableError when the server is gone, full or too slow
   */
  arm(timers: readonly Timer[]): Promise<void>;

  /**
   * Starts to run timers as they fall due; at most once for each queue object. Resolves at once when the server is away:
   * the worker waits for it. A handler that throws is called again after {@link retryDelayMs}, {@link MAX_ATTEMPTS} times;
   * then the timer is dropped and its id free again, so a sweep arms it anew.
   */
  start(handler: TimerHandler, options: StartOptions): Promise<void>;

  /** Timers that are waiting, running or being retried. @throws QueueUnavailableError */
  armedCount(): Promise<number>;

  /** Those of the ids that are not armed, in the given order. @throws QueueUnavailableError */
  missing(ids: readonly string[]): Promise<readonly string[]>;

  /** Told, in this process, each time armed timers may be gone. Answers with a function that ends the telling. */
  onPossibleLoss(listener: (reason: LossReason) => void): () => void;

  /** Not ok as well when the server answers but refuses writes (full, read-only). Never rejects. */
  health(): Promise<TimerQueueHealth>;

  /** Waits for running handlers, then releases everything: within 3 s. Armed timers stay for the next start. */
  close(): Promise<void>;
}

/** Calls of one handler before its timer is dropped: over an hour of retries. */
export const MAX_ATTEMPTS = 128;

/** Pause after the n-th failed call (n from 1): 0.25 s doubling up to 30 s. */
export const retryDelayMs = (attempt: number): number => Math.min(250 * 2 ** (attempt - 1), 30_000);

// No `:`, which queue servers read as their own separator.
const TIMER_ID = /^[A-Za-z0-9._@-]{1,200}$/;

export const assertTimerIds = (timers: readonly Timer[]): void => {
  for (const { id } of timers) {
    if (!TIMER_ID.test(id)) {
      throw new RangeError(
        `A timer cannot have the id ${JSON.stringify(id)}: use 1 to 200 letters, digits and . _ @ -.`,
      );
    }
  }
};
