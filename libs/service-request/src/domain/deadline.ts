import { addOpenTime, openTimeBetween } from '#business-time';
import { DomainError, type Instant, instantFromMs, instantToMs } from '#kernel';
import type { Terms } from '#service-level';
import { budgetMsOf, endedBy, type Obligation, stopping } from './obligation.state.js';
import type { ObligationKey, Pause, Suspended } from './service-request.events.js';

/** Terms by obligation: each runs on those that it was made under (R10). */
export type TermsOf = (obligation: ObligationKey) => Terms;

/** What a promise's clock depends on. */
export interface ClockInput {
  readonly startTime: Instant;
  readonly pauses: readonly Pause[];
  readonly terms: Terms;
}

/**
 * What sets a deadline: the budget from its start on (R5, R8 `retroactive`); by R8 `fromChange` the earlier or the later
 * one of what was due and what the change gives; or what was left when the clock stopped (R7).
 */
export type DeadlineRule = 'startPlusBudget' | 'earlierOfBoth' | 'laterOfBoth' | 'restAfterPause';

/** What a promise's clock comes to: due, or stopped with so much left. */
export interface Deadline {
  readonly rule: DeadlineRule;
  readonly expirationTime: Instant | null;
  readonly suspended?: Suspended;
  /** Up to when open time was counted, where that is after due. */
  readonly countedUntil?: Instant;
}

/** The deadline by R5 and R8 `retroactive`: a function of start, severity, pauses and calendar, whatever came between. */
export const dueBy = ({ startTime, pauses, terms }: ClockInput): Instant | null => {
  const due = addOpenTime(terms.calendar.openHours, startTime, terms.budgetMs, stopping(pauses, terms.pausesOn));
  switch (due.kind) {
    case 'due':
      return due.at;
    case 'paused':
      return null;
    case 'unreachable':
      throw new DomainError(
        'conflict',
        'deadline-unreachable',
        `Version ${terms.calendar.version} of the calendar ${terms.calendar.id} has too little open time from ${startTime} on to set a deadline. Publish more open hours; a promise made before that needs a re-evaluation.`,
      );
  }
};

/** Since when the clock of a promise stands: the start of the first pause still open, or its own if that is later. */
const standsSince = ({ startTime, pauses, terms }: ClockInput): Instant => {
  const open = stopping(pauses, terms.pausesOn).filter(({ to }) => to === null);
  const first = open.reduce<Instant | undefined>(
    (least, { from }) => (least === undefined || from < least ? from : least),
    undefined,
  );
  return first === undefined || first < startTime ? startTime : first;
};

/** As {@link dueBy}; while the clock stands, with what is left of it. */
export const deadlineBy = (clock: ClockInput): Deadline => {
  const rule = 'startPlusBudget';
  const expirationTime = dueBy(clock);
  if (expirationTime !== null) return { rule, expirationTime };
  const pausedAt = standsSince(clock);
  const dueAt = dueBy({ ...clock, pauses: endedBy(clock.pauses, pausedAt) }) ?? pausedAt; // no pause is open any more
  return { rule, expirationTime: null, suspended: { pausedAt, dueAt } };
};

/**
 * R8 `fromChange`: an upgrade gives min(old due, change + new budget), a downgrade max(old due, start + new budget). On
 * a clock that stands the change counts from when it stopped, so that what is left changes alike.
 */
const deadlineFromChange = (obligation: Obligation, pauses: readonly Pause[], terms: Terms, now: Instant): Deadline => {
  const { serviceLevelAgreement, suspended } = obligation;
  const { startTime, expirationTime } = serviceLevelAgreement;
  const oldDue = suspended?.dueAt ?? expirationTime;
  const changedAt = suspended?.pausedAt ?? now;
  const isUpgrade = terms.budgetMs < budgetMsOf(obligation);
  const fresh = dueBy({ startTime: isUpgrade ? changedAt : startTime, pauses: endedBy(pauses, changedAt), terms });
  if (oldDue === null || fresh === null) return deadlineBy({ startTime, pauses, terms });
  const dueAt = instantFromMs((isUpgrade ? Math.min : Math.max)(instantToMs(oldDue), instantToMs(fresh)));
  const rule = isUpgrade ? 'earlierOfBoth' : 'laterOfBoth';
  return suspended === undefined
    ? { rule, expirationTime: dueAt, countedUntil: fresh }
    : { rule, expirationTime: null, suspended: { ...suspended, dueAt }, countedUntil: fresh };
};

/** The deadline of a promise for which other terms hold since a change of its request (R8). */
export const deadlineAfterChange = (
  obligation: Obligation,
  pauses: readonly Pause[],
  terms: Terms,
  changedAt: Instant,
): Deadline =>
  terms.severityChange === 'retroactive'
    ? deadlineBy({ startTime: obligation.serviceLevelAgreement.startTime, pauses, terms })
    : deadlineFromChange(obligation, pauses, terms, changedAt);

/** The deadline of a promise whose clock runs again; nothing left is due as it was (R7, R8). */
export const deadlineAfterPause = (
  { serviceLevelAgreement: { startTime }, suspended }: Obligation,
  pauses: readonly Pause[],
  terms: Terms,
): Deadline => {
  if (terms.severityChange === 'retroactive' || suspended === undefined)
    return deadlineBy({ startTime, pauses, terms });
  const leftMs = openTimeBetween(terms.calendar.openHours, suspended.pausedAt, suspended.dueAt);
  const rule = 'restAfterPause';
  if (leftMs === 0) return { rule, expirationTime: suspended.dueAt };
  return { ...deadlineBy({ startTime: suspended.pausedAt, pauses, terms: { ...terms, budgetMs: leftMs } }), rule };
};
