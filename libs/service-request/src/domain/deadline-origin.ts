import type { CompiledCalendar } from '#business-time';
import type { CommandId } from '#kernel';
import type { Terms } from '#service-level';
import { budgetMsOf, livedThrough, type Obligation, sameObligation } from './obligation.state.js';
import { type Deadline, deadlineAfterChange, deadlineAfterPause, deadlineBy } from './deadline.js';
import { isPromise } from './promise.js';
import type { ObligationPromise, Pause, ServiceRequestEvent } from './service-request.events.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

/** One event of a request's history; those of one command were one append. */
export interface HistoryEvent {
  readonly event: ServiceRequestEvent;
  readonly commandId: CommandId;
}

/** A recorded deadline with all that it was computed from. */
export interface DeadlineOrigin {
  readonly promise: ObligationPromise;
  /** What happened: the first event of the append that the deadline came with; of an import, that of its step. */
  readonly cause: ServiceRequestEvent;
  /** The obligation as it was then; undefined when this is its first deadline. */
  readonly before: Obligation | undefined;
  /** Those known then. What came later moved no deadline, or there would be a later one. */
  readonly pauses: readonly Pause[];
}

const knownIn = (request: ServiceRequest, promise: ObligationPromise) => {
  if (request.status === 'notFiled') return { before: undefined, pauses: [] };
  const before = request.obligations.find((known) => sameObligation(known, promise));
  return {
    before,
    pauses: livedThrough(request.pauses, promise.takenOver === undefined ? (before ?? promise) : promise),
  };
};

/** An import is a whole life in one append: of its steps only these move a deadline. */
const movesDeadlines = (event: ServiceRequestEvent): boolean =>
  event.type === 'LanguageChanged' ||
  event.type === 'ClockResumed' ||
  event.type === 'RequestReopened' ||
  (event.type === 'SeverityAssigned' && event.data.from !== undefined);

const isImport = ({ event }: HistoryEvent): boolean =>
  event.type === 'RequestFiled' && event.data.importedFrom !== undefined;

/** A history, folded. */
export interface Life {
  readonly request: ServiceRequest;
  /** Every deadline that was ever set, in their order, and how it came about. */
  readonly deadlines: readonly DeadlineOrigin[];
}

export const lifeOf = (history: readonly HistoryEvent[]): Life => {
  const deadlines: DeadlineOrigin[] = [];
  let request: ServiceRequest = notFiled;
  const importedBy = history.find(isImport)?.commandId;
  let step: HistoryEvent | undefined;
  for (const next of history) {
    const { event, commandId } = next;
    if (step?.commandId !== commandId || (commandId === importedBy && movesDeadlines(event))) step = next;
    if (isPromise(event)) deadlines.push({ promise: event.data, cause: step.event, ...knownIn(request, event.data) });
    request = evolve(request, event);
  }
  return { request, deadlines };
};

/** The newest deadline of those that fit; undefined when there is none. */
export const originOf = (
  { deadlines }: Life,
  fits: (promise: ObligationPromise) => boolean,
): DeadlineOrigin | undefined => deadlines.findLast(({ promise }) => fits(promise));

const termsOn = (promise: ObligationPromise, openHours: CompiledCalendar): Terms => ({
  obligation: promise.kind,
  severityChange: promise.severityChange,
  budgetMs: budgetMsOf(promise),
  policy: promise.policy,
  calendar: { ...promise.calendar, openHours },
  tzdata: promise.tzdata,
  pausesOn: promise.pausesOn,
  warnings: [],
  escalation: promise.escalation,
});

/**
 * Computes a recorded deadline once more, the way it was computed.
 *
 * @param openHours of the calendar version that it was promised on
 * @throws DomainError `deadline-unreachable`, and what counting on that calendar throws
 */
export const recomputeDeadline = (
  { promise, cause, before, pauses }: DeadlineOrigin,
  openHours: CompiledCalendar,
): Deadline => {
  const terms = termsOn(promise, openHours);
  if (before !== undefined) {
    if (cause.type === 'SeverityAssigned') return deadlineAfterChange(before, pauses, terms, cause.data.assignedAt);
    if (cause.type === 'LanguageChanged') return deadlineAfterChange(before, pauses, terms, cause.data.changedAt);
    if (cause.type === 'ClockResumed' || cause.type === 'RequestReopened')
      return deadlineAfterPause(before, pauses, terms);
  }
  return deadlineBy({ startTime: promise.serviceLevelAgreement.startTime, pauses, terms });
};
