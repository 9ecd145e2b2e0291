import { type Instant, instantToMs } from '#kernel';
import type { Span } from './span.js';

/** A time in which the clock stands; `to` is null while the pause has no end yet (R7). One that ends before it starts pauses nothing. */
export type Pause = { readonly from: Instant; readonly to: Instant | null };

/**
 * The times from `startMs` on in which the clock runs, in order. The last one never ends (`toMs` Infinity), unless a
 * pause is open. Overlapping and adjacent pauses count as one (R7).
 */
export const runningSpans = (startMs: number, pauses: readonly Pause[]): readonly Span[] => {
  const running: Span[] = [];
  let fromMs = startMs;
  for (const pause of pauses.map(pauseSpan).sort((a, b) => a.fromMs - b.fromMs)) {
    if (pause.toMs <= fromMs || pause.toMs <= pause.fromMs) continue;
    if (pause.fromMs > fromMs) running.push({ fromMs, toMs: pause.fromMs });
    fromMs = pause.toMs;
  }
  if (fromMs < Infinity) running.push({ fromMs, toMs: Infinity });
  return running;
};

const pauseSpan = ({ from, to }: Pause): Span => ({
  fromMs: instantToMs(from),
  toMs: to === null ? Infinity : instantToMs(to),
});
