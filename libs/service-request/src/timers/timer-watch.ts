import { type Instant, instantToMs } from '#kernel';
import type { Sweep } from './deadline-timers.js';

/** Figures tell of misses found in so many minutes. */
export const WATCHED_MINUTES = 15;
/** The newest ones are enough for figures. */
const MOST_KEPT = 10_000;

type Miss = { readonly dueAt: Instant; readonly detectedAt: Instant };

type LastSweep = Omit<Sweep, 'refusal' | 'nextInMs'> & { readonly tookMs: number; readonly refused: boolean };

/** Nearest rank; the values are sorted. */
const percentile = (sorted: readonly number[], percent: number): number | null =>
  sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;

/** What the timers of this process did lately, for those who look after it. */
export class TimerWatch {
  #lastSweep: LastSweep | undefined;
  #drift = 0;
  readonly #kept: { readonly foundAtMs: number; readonly lateMs: number }[] = [];
  /** Where the next one goes, when all places are taken the oldest's. */
  #next = 0;

  /** @param lossWasKnown whether missing timers are no news: at the start, and after the queue was lost or emptied */
  swept({ refusal, nextInMs: _, ...sweep }: Sweep, tookMs: number, lossWasKnown: boolean): void {
    this.#lastSweep = { ...sweep, tookMs, refused: refusal !== undefined };
    if (!lossWasKnown) this.#drift += sweep.drift;
  }

  missed({ dueAt, detectedAt }: Miss): void {
    const foundAtMs = instantToMs(detectedAt);
    this.#kept[this.#next] = { foundAtMs, lateMs: foundAtMs - instantToMs(dueAt) };
    this.#next = (this.#next + 1) % MOST_KEPT;
  }

  get lastSweep(): LastSweep | undefined {
    return this.#lastSweep;
  }

  /** Timers since the start of this process that were gone although nothing was known to be lost. */
  get drift(): number {
    return this.#drift;
  }

  /** How late misses were found within the last {@link WATCHED_MINUTES}, at most the newest 10,000 of them. */
  lateness(now: Instant) {
    const since = instantToMs(now) - WATCHED_MINUTES * 60_000;
    const sorted = this.#kept
      .filter(({ foundAtMs }) => foundAtMs >= since)
      .map(({ lateMs }) => lateMs)
      .sort((a, b) => a - b);
    return {
      misses: sorted.length,
      p50Ms: percentile(sorted, 50),
      p99Ms: percentile(sorted, 99),
      maxMs: sorted.at(-1) ?? null,
    };
  }
}
