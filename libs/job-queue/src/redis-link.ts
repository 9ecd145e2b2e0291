import { once } from 'node:events';
import { messageOf, newUuid } from '#kernel';
import { Redis } from 'ioredis';
import { QueueUnavailableError } from './errors.js';
import type { LossReason, TimerQueueHealth } from './timer-queue.js';

/** A flush does not break connections, so only looking tells. */
const WATCH_EVERY_MS = 1_000;

/** Capped, so that a server that was away for an hour is found again within a second. */
export const reconnectDelayMs = (attempt: number): number => Math.min(25 * 2 ** Math.min(attempt, 10), 1_000);

/** The default of 2 s would keep the process alive that long after a close. */
export const DISCONNECT_MS = 200;

export interface RedisLinkOptions {
  readonly url: string;
  /** Holds a value that only this data set has: when it is gone or another, our data is gone. */
  readonly sentinelKey: string;
  /** Longest wait for the connection, and then for each command. */
  readonly timeoutMs: number;
  readonly onLoss: (reason: LossReason) => void;
  readonly onError: (error: Error) => void;
}

/** A connection for commands whose caller waits: each is answered or refused in time, none is queued for later. */
export class RedisLink {
  readonly client: Redis;
  #wasDown = false;
  #sentinel: string | undefined;
  #lastError = 'not connected yet';
  readonly #watch: NodeJS.Timeout;

  constructor(private readonly options: RedisLinkOptions) {
    this.client = new Redis(options.url, {
      retryStrategy: reconnectDelayMs,
      connectTimeout: options.timeoutMs,
      commandTimeout: options.timeoutMs,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      disconnectTimeout: DISCONNECT_MS,
    });
    this.client.on('error', (error: Error) => {
      this.#lastError = error.message;
      options.onError(error);
    });
    this.client.on('close', () => (this.#wasDown = true));
    this.client.on('ready', () => void this.#lookForLoss());
    this.#watch = setInterval(() => void this.#lookForLoss(), WATCH_EVERY_MS).unref();
  }

  /** @throws QueueUnavailableError for whatever kept the commands from being done */
  async ask<T>(commands: () => Promise<T>): Promise<T> {
    await this.#ready();
    try {
      return await commands();
    } catch (error) {
      throw new QueueUnavailableError(`Redis did not do it: ${messageOf(error)}`, { cause: error });
    }
  }

  /** The replies in order. @throws QueueUnavailableError when one of the commands was not done */
  pipelined(commands: string[][]): Promise<readonly unknown[]> {
    return this.ask(async () => {
      const replies = (await this.client.pipeline(commands).exec()) ?? [];
      return replies.map(([error, reply]) => {
        if (error) throw error;
        return reply;
      });
    });
  }

  async health(): Promise<TimerQueueHealth> {
    try {
      await this.#checkSentinel();
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }

  close(): void {
    clearInterval(this.#watch);
    this.client.disconnect();
  }

  async #ready(): Promise<void> {
    if (this.client.status === 'ready') return;
    try {
      await once(this.client, 'ready', { signal: AbortSignal.timeout(this.options.timeoutMs) });
    } catch {
      throw new QueueUnavailableError(`Redis cannot be reached: ${this.#lastError}`);
    }
  }

  async #lookForLoss(): Promise<void> {
    if (this.client.status !== 'ready') return;
    const reconnected = this.#wasDown;
    this.#wasDown = false;
    const emptied = await this.#checkSentinel().catch(() => false);
    if (reconnected && !emptied) this.options.onLoss('reconnected');
  }

  /** A write on purpose: a server that is full or read-only refuses it. Answers with whether our data is gone. */
  async #checkSentinel(): Promise<boolean> {
    const { sentinelKey } = this.options;
    const found = await this.ask(async () => {
      await this.client.set(sentinelKey, newUuid(), 'NX');
      return this.client.get(sentinelKey);
    });
    const emptied = this.#sentinel !== undefined && found !== this.#sentinel;
    this.#sentinel = found ?? undefined;
    if (emptied) this.options.onLoss('emptied');
    return emptied;
  }
}
