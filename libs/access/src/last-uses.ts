import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Instant } from '#kernel';

/** When keys were last used, by the ids of their actors, for all processes together. What it forgets is only not shown. */
export interface LastUses {
  /** Adds what this process has seen. @returns what all have seen @throws Error while it cannot be reached */
  exchange(seen: ReadonlyMap<string, Instant>): Promise<ReadonlyMap<string, Instant>>;
  close(): void;
}

const HASH = '{ledgerdesk}:key-uses';
const TIMEOUT_MS = 500;
const RECONNECT_MS = 1_000;

/** Kept on Redis: an event for each use would cost more than the request, and nothing but a list shows it. */
export class RedisLastUses implements LastUses {
  readonly #client: Redis;

  constructor(url: string) {
    this.#client = new Redis(url, {
      retryStrategy: () => RECONNECT_MS,
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      disconnectTimeout: TIMEOUT_MS,
    });
    // The timer queue, which cannot do without Redis, tells of its troubles.
    this.#client.on('error', () => undefined);
  }

  async exchange(seen: ReadonlyMap<string, Instant>): Promise<ReadonlyMap<string, Instant>> {
    if (this.#client.status !== 'ready') await once(this.#client, 'ready', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (seen.size > 0) await this.#client.hset(HASH, new Map(seen));
    const all = await this.#client.hgetall(HASH);
    return new Map(Object.entries(all) as [string, Instant][]); // as they were written
  }

  close(): void {
    this.#client.disconnect();
  }
}
