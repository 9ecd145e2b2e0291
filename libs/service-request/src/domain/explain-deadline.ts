import {
  BeyondZoneRulesError,
  type CompiledCalendar,
  explainBetween,
  type ExplanationRow,
  type SpecialDate,
} from '#business-time';
import { DomainError, type Instant } from '#kernel';
import { type DeadlineOrigin, recomputeDeadline } from './deadline-origin.js';
import { type Obligation, stopping } from './obligation.state.js';
import type { Deadline, DeadlineRule } from './deadline.js';
import type { ServiceRequestEvent } from './service-request.events.js';

/** The calendar of a promise, ready for counting. */
export interface Calendars {
  /** On the zone rules recorded with the promise; undefined when none were. */
  readonly pinned: CompiledCalendar | undefined;
  /** On the zone data of this machine; undefined when it does not know the zone. */
  readonly here: CompiledCalendar | undefined;
}

/** How a deadline came about, and what it would be on other zone data. */
export interface DeadlineExplanation {
  readonly rule: DeadlineRule;
  readonly cause: ServiceRequestEvent['type'];
  /** Without a gap from the start to the deadline, or to the pause that is open. */
  readonly rows: readonly ExplanationRow[];
  /** Holidays and dates with windows of their own, from the first to the last row. */
  readonly specialDates: readonly SpecialDate[];
  /** Open time in the rows: the budget, unless the rule is one of R8 `fromChange` or the clock stands. */
  readonly countedMs: number;
  /** Whether the recorded zone rules give the recorded deadline again; null when none were recorded. */
  readonly verified: boolean | null;
  /** The deadline by the zone data of this machine; null while paused, or when it cannot be computed here. */
  readonly expirationTimeHere: Instant | null;
  /** Whether this machine would have set another deadline. */
  readonly differsHere: boolean;
}

/** For people, with the rule that it follows. */
export const RULES_IN_WORDS: Readonly<Record<DeadlineRule, string>> = {
  startPlusBudget: 'The budget is spent from the start on: R5.',
  earlierOfBoth: 'The earlier of the old due and the change plus the new budget: R8 fromChange.',
  laterOfBoth: 'The later of the old due and the start plus the new budget: R8 fromChange.',
  restAfterPause: 'What was left when the clock stopped, from its resumption on: R7, R8 fromChange.',
};

/** Undefined when the calendar cannot tell: by its rules or within the years searched. */
const recomputed = (origin: DeadlineOrigin, openHours: CompiledCalendar | undefined): Deadline | undefined => {
  try {
    return openHours && recomputeDeadline(origin, openHours);
  } catch (error) {
    if (error instanceof BeyondZoneRulesError || error instanceof DomainError) return undefined;
    throw error;
  }
};

const isAsRecorded = ({ promise }: DeadlineOrigin, again: Deadline | undefined): boolean =>
  again !== undefined &&
  again.expirationTime === promise.serviceLevelAgreement.expirationTime &&
  again.suspended?.dueAt === promise.suspended?.dueAt;

const rowsOf = (
  { serviceLevelAgreement: { startTime, expirationTime }, suspended }: Obligation,
  { promise, pauses }: DeadlineOrigin,
  openHours: CompiledCalendar,
  maxRows: number | undefined,
): readonly ExplanationRow[] => {
  const stops = stopping(pauses, promise.pausesOn);
  if (expirationTime !== null) return explainBetween(openHours, startTime, expirationTime, stops, maxRows);
  const since = suspended?.pausedAt ?? startTime;
  const open = { from: since, to: null, kind: 'paused', countedMs: 0 } as const;
  return [...explainBetween(openHours, startTime, since, stops, maxRows), open];
};

const specialDatesOf = (
  rows: readonly ExplanationRow[],
  openHours: CompiledCalendar | undefined,
): readonly SpecialDate[] => {
  const [first, last] = [rows[0], rows.at(-1)];
  if (openHours === undefined || first === undefined || last === undefined) return [];
  return openHours.specialDatesBetween(first.from, last.to ?? last.from);
};

/**
 * How an obligation's deadline came about (R12), and whether it still comes out like that (R10).
 *
 * @param origin of the obligation's newest deadline; of one that was taken over, where it was made
 * @param maxRows as in {@link explainBetween}
 */
export const explainDeadline = (
  obligation: Obligation,
  origin: DeadlineOrigin,
  { pinned, here }: Calendars,
  maxRows?: number,
): DeadlineExplanation => {
  const [asRecorded, byThisMachine] = [recomputed(origin, pinned), recomputed(origin, here)];
  const openHours = (asRecorded && pinned) ?? here ?? pinned;
  const rows = openHours === undefined ? [] : rowsOf(obligation, origin, openHours, maxRows);
  const isPaused = obligation.serviceLevelAgreement.expirationTime === null;
  return {
    rule: (asRecorded ?? byThisMachine)?.rule ?? 'startPlusBudget',
    cause: origin.cause.type,
    rows,
    specialDates: specialDatesOf(rows, openHours),
    countedMs: rows.reduce((sumMs, { countedMs }) => sumMs + countedMs, 0),
    verified: pinned === undefined ? null : isAsRecorded(origin, asRecorded),
    expirationTimeHere: isPaused ? null : (byThisMachine?.expirationTime ?? null),
    differsHere: !isAsRecorded(origin, byThisMachine),
  };
};
