import type { Redis } from 'ioredis';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { impatientRedis, waitUntilReady } from '#redis';
import type { Grant, RateCounter } from './rate-counter.js';

export interface RedisRateCounterOptions {
  /** `redis://…`, `rediss://…` or the path of a unix socket. */
  readonly url: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** A request that waits for a count longer than this is not worth the count. */
const TIMEOUT_MS = 200;
const START_MS = 1_000;
/** After a failure it is not asked for so long: else each request would wait for one that is stuck. */
const ALONE_MS = 1_000;

/** Counts on Redis; while that is away, or does not answer in time, each process counts by itself. */
export class RedisRateCounter implements RateCounter {
  readonly #client: Redis;
  readonly #shared: RateLimiterRedis;
  readonly #own: RateLimiterMemory;
  readonly #limit: number;
  #aloneUntil = 0;

  constructor({ url, limit, windowSeconds }: RedisRateCounterOptions) {
    this.#limit = limit;
    this.#client = impatientRedis(url, TIMEOUT_MS);
    const counted = { points: limit, duration: windowSeconds, keyPrefix: '{ledgerdesk}:rate' };
    this.#shared = new RateLimiterRedis({ ...counted, storeClient: this.#client, rejectIfRedisNotReady: true });
    this.#own = new RateLimiterMemory(counted);
  }

  /** Until then this process counts by itself; so it does after a second all the same. */
  async ready(): Promise<void> {
    await waitUntilReady(this.#client, START_MS);
  }

  async take(key: string, wanted: number): Promise<Grant> {
    const counted = await this.#count(key, wanted);
    const before = counted.consumedPoints - wanted;
    const granted = Math.max(0, Math.min(wanted, this.#limit - before));
    return { granted, left: Math.max(0, this.#limit - counted.consumedPoints), resetsInMs: counted.msBeforeNext };
  }

  async #count(key: string, wanted: number): Promise<RateLimiterRes> {
    if (performance.now() >= this.#aloneUntil) {
      try {
        return await countOn(this.#shared, key, wanted);
      } catch {
        this.#aloneUntil = performance.now() + ALONE_MS; // what happened to Redis, the timer queue tells
      }
    }
    return countOn(this.#own, key, wanted);
  }

  close(): void {
    this.#client.disconnect();
  }
}

/** Too much is a count as well. */
const countOn = (limiter: RateLimiterAbstract, key: string, wanted: number): Promise<RateLimiterRes> =>
  limiter.consume(key, wanted).catch((refusal: unknown) => {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  });
