import type { Redis } from 'ioredis';
import type { Instant } from '#kernel';
import { impatientRedis, waitUntilReady } from '#redis';

/** When keys were last used, by the ids of their actors, for all processes together. What it forgets is only not shown. */
export interface LastUses {
  /** Adds what this process has seen. @returns what all have seen @throws Error while it cannot be reached */
  exchange(seen: ReadonlyMap<string, Instant>): Promise<ReadonlyMap<string, Instant>>;
  close(): void;
}

const HASH = '{ledgerdesk}:key-uses';
const TIMEOUT_MS = 500;

/** Kept on Redis: an event for each use would cost more than the request, and nothing but a list shows it. */
export class RedisLastUses implements LastUses {
  readonly #client: Redis;

  constructor(url: string) {
    this.#client = impatientRedis(url, TIMEOUT_MS);
  }

  async exchange(seen: ReadonlyMap<string, Instant>): Promise<ReadonlyMap<string, Instant>> {
    await waitUntilReady(this.#client, TIMEOUT_MS);
    if (seen.size > 0) await this.#client.hset(HASH, new Map(seen));
    const all = await this.#client.hgetall(HASH);
    return new Map(Object.entries(all) as [string, Instant][]); // as they were written
  }

  close(): void {
    this.#client.disconnect();
  }
}
