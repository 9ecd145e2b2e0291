import type { Span } from './span.js';

interface OpenSpan extends Span {
  /** Open milliseconds of the block before this span. */
  readonly openBeforeMs: number;
}

/** The open time inside one stretch of the time line, summed up so that counting needs no walk through it. */
export interface OpenBlock {
  readonly spans: readonly OpenSpan[];
  readonly totalMs: number;
}

/** @param spans in order and without overlap */
export const openBlock = (spans: readonly Span[]): OpenBlock => {
  let totalMs = 0;
  const summed = spans.map(({ fromMs, toMs }) => {
    const openBeforeMs = totalMs;
    totalMs += toMs - fromMs;
    return { fromMs, toMs, openBeforeMs };
  });
  return { spans: summed, totalMs };
};

/** Open milliseconds of the block before an instant. */
export const openMsBefore = (block: OpenBlock, atMs: number): number => {
  const span = lastBelow(block, 'fromMs', atMs);
  return span ? span.openBeforeMs + Math.min(atMs, span.toMs) - span.fromMs : 0;
};

/** The earliest instant before which the block was open for `openMs`, above 0 and at most its total. */
export const instantAfter = (block: OpenBlock, openMs: number): number => {
  const span = lastBelow(block, 'openBeforeMs', openMs);
  return span ? span.fromMs + openMs - span.openBeforeMs : NaN;
};

const lastBelow = ({ spans }: OpenBlock, key: 'fromMs' | 'openBeforeMs', limit: number): OpenSpan | undefined => {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.[key] ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1];
};
