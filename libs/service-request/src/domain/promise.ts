import { addOpenTime, openTimeBetween } from '#business-time';
import { DomainError, type Instant, instantFromMs, instantToMs, type RequestId } from '#kernel';
import type { Impact, Terms } from '#service-level';
import type { FirstResponseDue, NextResponseDue, ObligationKey, ResponsePromise } from './service-request.events.js';
import type { Pause } from './service-request.state.js';

interface PromiseInput {
  readonly requestId: RequestId;
  readonly key: ObligationKey;
  readonly revision: number;
  readonly startTime: Instant;
  readonly severity: Impact;
  readonly pauses: readonly Pause[];
  readonly terms: Terms;
}

/** The deadline by R5 and R8 `retroactive`: a function of start, severity, pauses and calendar, whatever came between. */
export const dueBy = ({
  startTime,
  pauses,
  terms,
}: Pick<PromiseInput, 'startTime' | 'pauses' | 'terms'>): Instant | null => {
  const due = addOpenTime(terms.calendar.openHours, startTime, terms.budgetMs, pauses);
  switch (due.kind) {
    case 'due':
      return due.at;
    case 'paused':
      return null;
    case 'unreachable':
      throw new DomainError(
        'conflict',
        'deadline-unreachable',
        `The calendar ${terms.calendar.id} has too little open time from ${startTime} on to set a deadline. Publish more open hours.`,
      );
  }
};

/** The promise under these terms, with this deadline. */
export const responseDue = (
  input: Omit<PromiseInput, 'pauses'>,
  expirationTime: Instant | null,
): FirstResponseDue | NextResponseDue => {
  const { requestId, key, revision, startTime, severity, terms } = input;
  const data: ResponsePromise = {
    requestId,
    ...key,
    revision,
    serviceLevelAgreement: { startTime, expirationTime, slaMinutes: terms.budgetMs / 60_000 },
    policy: terms.policy,
    calendar: { id: terms.calendar.id, version: terms.calendar.version },
    severity,
    severityChange: terms.severityChange,
    tzdata: terms.tzdata,
    escalateTo: terms.escalateTo,
  };
  return key.kind === 'nextResponse' ? { type: 'NextResponseDue', data } : { type: 'FirstResponseDue', data };
};

/** What was left of the open time when the clock stopped, counted on from now (R7); nothing left is due as it was. */
export const dueAfterPause = (
  dueBeforePause: Instant,
  pausedAt: Instant,
  now: Instant,
  terms: Terms,
): Instant | null => {
  const leftMs = openTimeBetween(terms.calendar.openHours, pausedAt, dueBeforePause);
  return leftMs === 0 ? dueBeforePause : dueBy({ startTime: now, pauses: [], terms: { ...terms, budgetMs: leftMs } });
};

/** R8 `fromChange`: an upgrade gives min(old due, change + new budget), a downgrade max(old due, filed + new budget). */
export const dueFromChange = (
  input: Pick<PromiseInput, 'startTime' | 'pauses' | 'terms'>,
  oldDue: Instant | null,
  oldBudgetMs: number,
  now: Instant,
): Instant | null => {
  const upgrade = input.terms.budgetMs < oldBudgetMs;
  const fresh = dueBy({ ...input, startTime: upgrade ? now : input.startTime });
  if (oldDue === null || fresh === null) return null;
  const pick = upgrade ? Math.min : Math.max;
  return instantFromMs(pick(instantToMs(oldDue), instantToMs(fresh)));
};
