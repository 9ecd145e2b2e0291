import { type Instant, instantFromMs, instantToMs } from '#kernel';
import type { CompiledCalendar } from './compiled-calendar.js';
import { addOpenTime, type Deadline, openTimeBetween } from './deadline.js';
import { type Pause, runningSpans } from './pause.js';
import type { Span } from './span.js';

/** A stretch of a deadline's way. `to` is null only for a pause without an end; only open time counts. */
export type ExplanationRow = {
  readonly from: Instant;
  readonly to: Instant | null;
  readonly kind: 'open' | 'closed' | 'paused';
  readonly countedMs: number;
  /** The one row for all that is left when there are more rows than were asked for: open for `countedMs` of its time. */
  readonly summary?: true;
};

export interface Explanation {
  readonly deadline: Deadline;
  /** From the start to the deadline without a gap, or to the pause that is still open; empty when it is unreachable. */
  readonly rows: readonly ExplanationRow[];
}

/** More than eleven years of days with a lunch break have. */
const MAX_ROWS = 12_000;

/**
 * A deadline and how it came about (R12): the open rows sum to the budget, or to what is used up when a pause is open.
 * A pause in closed hours is shown as paused.
 *
 * @param budgetMs as in {@link addOpenTime}
 * @param maxRows how many rows are shown one by one; all others are one summary
 * @throws DomainError `invalid-budget`
 */
export const explain = (
  calendar: CompiledCalendar,
  start: Instant,
  budgetMs: number,
  pauses: readonly Pause[] = [],
  maxRows = MAX_ROWS,
): Explanation => {
  const deadline = addOpenTime(calendar, start, budgetMs, pauses);
  switch (deadline.kind) {
    case 'unreachable':
      return { deadline, rows: [] };
    case 'due':
      return { deadline, rows: explainBetween(calendar, start, deadline.at, pauses, maxRows) };
    case 'paused': {
      const startMs = instantToMs(start);
      const stopped = { fromMs: runningSpans(startMs, pauses).at(-1)?.toMs ?? startMs, toMs: Infinity };
      const before = explainBetween(calendar, start, instantFromMs(stopped.fromMs), pauses, maxRows);
      return { deadline, rows: [...before, row('paused', stopped)] };
    }
  }
};

/** What lies between two instants, without a gap: the open rows sum to the open, unpaused time. @param maxRows as in {@link explain} */
export const explainBetween = (
  calendar: CompiledCalendar,
  from: Instant,
  to: Instant,
  pauses: readonly Pause[] = [],
  maxRows = MAX_ROWS,
): readonly ExplanationRow[] => {
  const rows: ExplanationRow[] = [];
  for (const next of rowsBetween(calendar, { fromMs: instantToMs(from), toMs: instantToMs(to) }, pauses)) {
    if (rows.length === maxRows) {
      const countedMs = openTimeBetween(calendar, next.from, to, pauses);
      return [...rows, { from: next.from, to, kind: 'open', countedMs, summary: true }];
    }
    rows.push(next);
  }
  return rows;
};

function* rowsBetween(
  calendar: CompiledCalendar,
  { fromMs, toMs }: Span,
  pauses: readonly Pause[],
): Generator<ExplanationRow> {
  let doneMs = fromMs;
  for (const span of runningSpans(fromMs, pauses)) {
    if (span.fromMs >= toMs) break;
    if (span.fromMs > doneMs) yield row('paused', { fromMs: doneMs, toMs: span.fromMs });
    doneMs = Math.min(span.toMs, toMs);
    yield* runningRows(calendar, { fromMs: span.fromMs, toMs: doneMs });
  }
  if (doneMs < toMs) yield row('paused', { fromMs: doneMs, toMs });
}

function* runningRows(calendar: CompiledCalendar, { fromMs, toMs }: Span): Generator<ExplanationRow> {
  let doneMs = fromMs;
  for (const open of calendar.openSpans(fromMs, toMs)) {
    if (open.fromMs > doneMs) yield row('closed', { fromMs: doneMs, toMs: open.fromMs });
    yield row('open', open);
    doneMs = open.toMs;
  }
  if (doneMs < toMs) yield row('closed', { fromMs: doneMs, toMs });
}

const row = (kind: ExplanationRow['kind'], { fromMs, toMs }: Span): ExplanationRow => ({
  from: instantFromMs(fromMs),
  to: toMs === Infinity ? null : instantFromMs(toMs),
  kind,
  countedMs: kind === 'open' ? toMs - fromMs : 0,
});
