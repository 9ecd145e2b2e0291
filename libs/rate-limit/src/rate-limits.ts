import { LRUCache } from 'lru-cache';
import type { RateCounter } from './rate-counter.js';

export interface Verdict {
  readonly allowed: boolean;
  /** What is left of the window: exact but for what other processes hold in hand. */
  readonly remaining: number;
  readonly resetsInMs: number;
}

interface Lease {
  /** What may be spent without asking. */
  inHand: number;
  elsewhere: number;
  endsAtMs: number;
  isLast: boolean;
}

const MOST_KEYS = 100_000;
const LARGEST_CHUNK = 5_000;
/** A window that ends this much later than the one before is a new one. */
const SAME_WINDOW_MS = 1_000;

/**
 * So many requests a window and key, in all processes together. Each takes a chunk from the counter at a time and spends
 * it by itself, so that a request as a rule waits for nothing; a limit below two hundred is counted one by one.
 */
export class RateLimits {
  readonly #leases = new LRUCache<string, Lease>({ max: MOST_KEYS });
  readonly #asking = new Map<string, Promise<void>>();
  readonly #chunk: number;

  /** @param steadyMs milliseconds from any start on */
  constructor(
    private readonly counter: RateCounter,
    readonly limit: number,
    readonly windowSeconds: number,
    private readonly steadyMs: () => number,
  ) {
    this.#chunk = Math.max(1, Math.min(Math.floor(limit / 100), LARGEST_CHUNK));
  }

  /** Spends one; a promise only where the counter must be asked first. */
  spend(key: string): Verdict | Promise<Verdict> {
    const lease = this.#leases.get(key);
    const now = this.steadyMs();
    if (lease !== undefined && now < lease.endsAtMs) {
      if (lease.inHand > 0) {
        lease.inHand -= 1;
        if (lease.inHand < this.#chunk / 2 && !lease.isLast && this.#chunk > 1) void this.#ask(key);
        return verdictOf(true, lease, now);
      }
      if (lease.isLast) return verdictOf(false, lease, now);
    }
    return this.#ask(key).then(() => this.spend(key));
  }

  /** One question a key at a time. */
  #ask(key: string): Promise<void> {
    const asking = this.#asking.get(key) ?? this.#take(key).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async #take(key: string): Promise<void> {
    const { granted, left, resetsInMs } = await this.counter.take(key, this.#chunk);
    const endsAtMs = this.steadyMs() + resetsInMs;
    const before = this.#leases.get(key);
    const isSame = before !== undefined && endsAtMs < before.endsAtMs + SAME_WINDOW_MS;
    const inHand = granted + (isSame ? before.inHand : 0);
    this.#leases.set(key, { inHand, elsewhere: left, endsAtMs, isLast: granted < this.#chunk });
  }
}

const verdictOf = (allowed: boolean, { inHand, elsewhere, endsAtMs }: Lease, now: number): Verdict => ({
  allowed,
  remaining: inHand + elsewhere,
  resetsInMs: endsAtMs - now,
});
