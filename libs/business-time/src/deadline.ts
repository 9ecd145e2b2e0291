import { fail, type Instant, instantFromMs, instantToMs } from '#kernel';
import type { CompiledCalendar } from './compiled-calendar.js';
import { type Pause, runningSpans } from './pause.js';
import { DAY_MS } from './wall-time.js';

/**
 * `due`: the budget runs out at that instant. `paused`: a pause without an end stands in the way, so it is unknown (R7).
 * `unreachable`: not within the bounded search (R13), or after the year 9999.
 */
export type Deadline =
  { readonly kind: 'due'; readonly at: Instant } | { readonly kind: 'paused' } | { readonly kind: 'unreachable' };

/** How far a search goes while the clock runs: eleven years (R13 asks for ten). */
const SEARCH_MS = 11 * 366 * DAY_MS;

const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The earliest instant at which the open, unpaused time since `start` equals the budget (R5): at closing time rather
 * than at the next opening, and at the start of a pause rather than at its end.
 *
 * @param budgetMs whole milliseconds, above 0
 * @throws DomainError `invalid-budget`
 */
export const addOpenTime = (
  calendar: CompiledCalendar,
  start: Instant,
  budgetMs: number,
  pauses: readonly Pause[] = [],
): Deadline => {
  assertBudget(budgetMs);
  let leftMs = budgetMs;
  let searchMs = SEARCH_MS;
  for (const { fromMs, toMs } of runningSpans(instantToMs(start), pauses)) {
    const endMs = Math.min(toMs, fromMs + searchMs, LAST_MS);
    const spending = calendar.spend(leftMs, fromMs, endMs);
    if (spending.spentAtMs !== undefined) return { kind: 'due', at: instantFromMs(spending.spentAtMs) };
    if (endMs < toMs) return { kind: 'unreachable' };
    leftMs = spending.leftMs;
    searchMs -= endMs - fromMs;
  }
  return { kind: 'paused' };
};

/** Open, unpaused milliseconds between two instants; 0 when `to` is not after `from`. The work grows with the span. */
export const openTimeBetween = (
  calendar: CompiledCalendar,
  from: Instant,
  to: Instant,
  pauses: readonly Pause[] = [],
): number => {
  const endMs = instantToMs(to);
  return runningSpans(instantToMs(from), pauses).reduce(
    (openMs, span) => openMs + calendar.openMsBetween(span.fromMs, Math.min(span.toMs, endMs)),
    0,
  );
};

/** When `percent` of the budget's open time has passed, rounded up to a millisecond: the instant of a warning (R11). */
export const percentPoint = (
  calendar: CompiledCalendar,
  start: Instant,
  budgetMs: number,
  percent: number,
  pauses: readonly Pause[] = [],
): Deadline => addOpenTime(calendar, start, Math.ceil((budgetMs * percent) / 100), pauses);

/** The first open instant at or after `at`; undefined when the bounded search finds none. */
export const nextOpening = (calendar: CompiledCalendar, at: Instant): Instant | undefined => {
  const firstOpenMs = addOpenTime(calendar, at, 1);
  return firstOpenMs.kind === 'due' ? instantFromMs(instantToMs(firstOpenMs.at) - 1) : undefined;
};

const assertBudget = (budgetMs: number): void => {
  if (Number.isSafeInteger(budgetMs) && budgetMs > 0) return;
  fail('invalid', 'invalid-budget', `A budget is a whole number of milliseconds above 0, not ${budgetMs}.`);
};
