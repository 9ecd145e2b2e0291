import { type Instant, instantFromMs, instantToMs } from '#kernel';
import type { CompiledCalendar } from './compiled-calendar.js';
import { addOpenTime, type Deadline } from './deadline.js';
import { type Pause, runningSpans } from './pause.js';
import type { Span } from './span.js';

/** A stretch of a deadline's way. `to` is null only for a pause without an end; only open time counts. */
export type ExplanationRow = {
  readonly from: Instant;
  readonly to: Instant | null;
  readonly kind: 'open' | 'closed' | 'paused';
  readonly countedMs: number;
};

export interface Explanation {
  readonly deadline: Deadline;
  /** From the start to the deadline without a gap, or to the pause that is still open; empty when it is unreachable. */
  readonly rows: readonly ExplanationRow[];
}

/**
 * A deadline and how it came about (R12): the open rows sum to the budget, or to what is used up when a pause is open.
 * A pause in closed hours is shown as paused.
 *
 * @param budgetMs as in {@link addOpenTime}
 * @throws DomainError `invalid-budget`
 */
export const explain = (
  calendar: CompiledCalendar,
  start: Instant,
  budgetMs: number,
  pauses: readonly Pause[] = [],
): Explanation => {
  const deadline = addOpenTime(calendar, start, budgetMs, pauses);
  if (deadline.kind === 'unreachable') return { deadline, rows: [] };
  const endMs = deadline.kind === 'due' ? instantToMs(deadline.at) : Infinity;
  const rows: ExplanationRow[] = [];
  let doneMs = instantToMs(start);
  for (const span of runningSpans(doneMs, pauses)) {
    if (span.fromMs >= endMs) break;
    if (span.fromMs > doneMs) rows.push(row('paused', { fromMs: doneMs, toMs: span.fromMs }));
    doneMs = Math.min(span.toMs, endMs);
    rows.push(...runningRows(calendar, { fromMs: span.fromMs, toMs: doneMs }));
  }
  if (deadline.kind === 'paused') rows.push(row('paused', { fromMs: doneMs, toMs: Infinity }));
  return { deadline, rows };
};

const runningRows = (calendar: CompiledCalendar, { fromMs, toMs }: Span): readonly ExplanationRow[] => {
  const rows: ExplanationRow[] = [];
  let doneMs = fromMs;
  for (const open of calendar.openSpans(fromMs, toMs)) {
    if (open.fromMs > doneMs) rows.push(row('closed', { fromMs: doneMs, toMs: open.fromMs }));
    rows.push(row('open', open));
    doneMs = open.toMs;
  }
  if (doneMs < toMs) rows.push(row('closed', { fromMs: doneMs, toMs }));
  return rows;
};

const row = (kind: ExplanationRow['kind'], { fromMs, toMs }: Span): ExplanationRow => ({
  from: instantFromMs(fromMs),
  to: toMs === Infinity ? null : instantFromMs(toMs),
  kind,
  countedMs: kind === 'open' ? toMs - fromMs : 0,
});
