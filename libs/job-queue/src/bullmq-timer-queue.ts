import { type Clock, type Instant, instantToMs, type JsonObject, systemClock } from '#kernel';
import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import { DISCONNECT_MS, reconnectDelayMs, RedisLink } from './redis-link.js';
import {
  assertTimerIds,
  type LossReason,
  MAX_ATTEMPTS,
  retryDelayMs,
  type StartOptions,
  type Timer,
  type TimerHandler,
  type TimerQueue,
  type TimerQueueHealth,
} from './timer-queue.js';
import { toldOnce } from './told-once.js';

export interface BullMqTimerQueueOptions {
  /** `redis://…`, `rediss://…` or the path of a unix socket. Its policy must be `noeviction`. */
  readonly url: string;
  /** Without `:`. Queues of different names do not see each other. */
  readonly name: string;
  /** Stands before every key; braces keep all keys of a queue in one slot of a cluster. */
  readonly prefix?: string;
  readonly clock?: Clock;
  /** Longest wait for the connection, and then for each command; default 2 s. */
  readonly timeoutMs?: number;
  /** Told of what no caller sees: a lost connection, a script that the server refused, a handler that threw; the same trouble once in 30 s. */
  readonly onError?: (error: Error) => void;
}

interface TimerData {
  readonly dueAt: Instant;
  readonly payload: JsonObject;
}

/** Commands sent in one round trip: some 125 KB. */
const BATCH = 250;
/** A killed worker's timer is taken over after at most three times this. */
const LOCK_MS = 5_000;
/** By when each step of a close is over, whatever the server does: the process and a Redis of its own have 5 s to end. */
const CLOSING_MS = { ask: 1_000, handlers: 2_000, worker: 2_500, all: 3_000 };

/** An id that cannot collide with the queue's own keys (`meta`, `wait`, …) and is never a bare number. */
const jobIdOf = (timerId: string): string => `t-${timerId}`;

const batches = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, i) => items.slice(i * BATCH, (i + 1) * BATCH));

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Waits for work until so long after now, however long what was waited for before took; undefined when it is late. */
const deadlines = () => {
  const begun = performance.now();
  return async <T>(byMs: number, work: Promise<T>): Promise<T | undefined> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>(
      (resolve) => (timer = setTimeout(resolve, begun + byMs - performance.now(), undefined)),
    );
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  };
};

/** Timers as delayed BullMQ jobs on Redis or Valkey. */
export class BullMqTimerQueue implements TimerQueue {
  readonly #link: RedisLink;
  readonly #queue: Queue<TimerData, void, 'timer'>;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #onError: (error: Error) => void;
  readonly #listeners = new Set<(reason: LossReason) => void>();
  readonly #running = new Set<Promise<unknown>>();
  #worker: Worker<TimerData, void, 'timer'> | undefined;

  constructor(private readonly options: BullMqTimerQueueOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#prefix = options.prefix ?? '{ledgerdesk}';
    this.#onError = toldOnce(options.onError ?? (() => undefined));
    this.#link = new RedisLink({
      url: options.url,
      sentinelKey: `${this.#prefix}:${options.name}:sentinel`,
      timeoutMs: options.timeoutMs ?? 2_000,
      onLoss: (reason) => this.#listeners.forEach((listener) => listener(reason)),
      onError: this.#onError,
    });
    this.#queue = new Queue(options.name, {
      connection: this.#link.client,
      prefix: this.#prefix,
      // The check is an INFO whose failure would make this object useless for good.
      skipVersionCheck: true,
      // Nobody reads the event stream; BullMQ cannot do without.
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: { attempts: MAX_ATTEMPTS, backoff: { type: 'custom' }, stackTraceLimit: 1 },
    });
    this.#queue.on('error', this.#onError);
  }

  async arm(timers: readonly Timer[]): Promise<void> {
    assertTimerIds(timers);
    // While the server works on one batch, the next is made.
    let onTheWay: Promise<unknown> = Promise.resolve();
    for (const batch of batches(timers)) {
      const sent = this.#add(batch);
      sent.catch(() => undefined); // told below, unless the one before fails too
      await onTheWay;
      onTheWay = sent;
    }
    await onTheWay;
  }

  async start(handler: TimerHandler, { concurrency }: StartOptions): Promise<void> {
    if (this.#worker) throw new Error('This timer queue has been started already.');
    this.#worker = new Worker<TimerData, void, 'timer'>(
      this.options.name,
      (job, token) => this.#run(handler, job, token),
      {
        // Unlike callers' commands, a worker's wait for the server for ever; silence of 30 s means a dead connection.
        connection: {
          url: this.options.url,
          maxRetriesPerRequest: null,
          retryStrategy: reconnectDelayMs,
          socketTimeout: 30_000,
          disconnectTimeout: DISCONNECT_MS,
        },
        prefix: this.#prefix,
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: LOCK_MS,
        // A worker that dies with a timer in hand is no reason to drop the timer.
        maxStalledCount: MAX_ATTEMPTS,
        runRetryDelay: 1_000,
        // The id of a finished or dropped timer is free at once, and memory stays flat.
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        settings: { backoffStrategy: retryDelayMs },
      },
    );
    this.#worker.on('error', this.#onError);
  }

  async armedCount(): Promise<number> {
    const counts = await this.#link.ask(() => this.#queue.getJobCounts('delayed', 'wait', 'active'));
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  async missing(ids: readonly string[]): Promise<readonly string[]> {
    const missing: string[] = [];
    for (const batch of batches(ids)) {
      const found = await this.#link.pipelined(batch.map((id) => ['exists', this.#queue.toKey(jobIdOf(id))]));
      missing.push(...batch.filter((_, i) => found[i] === 0));
    }
    return missing;
  }

  onPossibleLoss(listener: (reason: LossReason) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the server's clock shows, in milliseconds since the Unix epoch, rounded down. @throws QueueUnavailableError */
  async serverTimeMs(): Promise<number> {
    const [[seconds, microseconds]] = (await this.#link.pipelined([['time']])) as [[string, string]]; // as Redis documents it
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  }

  health(): Promise<TimerQueueHealth> {
    return this.#link.health();
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    const by = deadlines();
    try {
      if (this.#worker) await this.#closeWorker(this.#worker, by);
    } finally {
      this.#link.close();
      await by(CLOSING_MS.all, this.#queue.close());
    }
  }

  #add(timers: readonly Timer[]): Promise<unknown> {
    return this.#link.ask(() => {
      const timestamp = instantToMs(this.#clock.now());
      const jobs = timers.map(({ id, dueAt, payload }) => ({
        name: 'timer' as const,
        data: { dueAt, payload },
        opts: { jobId: jobIdOf(id), timestamp, delay: Math.max(0, instantToMs(dueAt) - timestamp) },
      }));
      return this.#queue.addBulk(jobs);
    });
  }

  async #closeWorker(worker: Worker<TimerData, void, 'timer'>, by: ReturnType<typeof deadlines>): Promise<void> {
    // A graceful close talks to the server and would wait for it for ever.
    const reachable = (await by(CLOSING_MS.ask, this.health()))?.ok === true;
    if (!reachable) await by(CLOSING_MS.handlers, Promise.allSettled(this.#running));
    const closed = worker.close(!reachable).then(
      () => true,
      (error: unknown) => this.#onError(asError(error)),
    );
    if (await by(CLOSING_MS.worker, closed)) return;
    // Its connections would keep the process alive.
    await by(CLOSING_MS.all, worker.disconnect());
  }

  async #run(handler: TimerHandler, job: Job<TimerData>, token?: string): Promise<void> {
    const { id, data } = job;
    const timer: Timer = { id: (id ?? '').slice(jobIdOf('').length), dueAt: data.dueAt, payload: data.payload };
    // BullMQ reads meaning into names and messages of some errors, and cannot bear other thrown values.
    const run = handler(timer).catch((error: unknown) => {
      this.#onError(asError(error));
      throw new Error('A timer handler failed.', { cause: error });
    });
    this.#running.add(run);
    try {
      const again = await run;
      if (again === undefined) return;
      await job.moveToDelayed(instantToMs(this.#clock.now()) + again.againInMs, token);
    } finally {
      this.#running.delete(run);
    }
    // How BullMQ is told that the job is neither done nor failed.
    throw new DelayedError();
  }
}
