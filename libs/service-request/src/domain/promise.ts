import { addOpenTime, openTimeBetween, percentPoint } from '#business-time';
import { DomainError, type Instant, instantFromMs, instantToMs, type RequestId } from '#kernel';
import type { Impact, ObligationKind, Terms } from '#service-level';
import { budgetMsOf, endedBy, type Obligation, stopping } from './obligation.state.js';
import type {
  ObligationKey,
  ObligationPromise,
  Pause,
  PromiseDue,
  ServiceRequestEvent,
  Suspended,
  Warning,
} from './service-request.events.js';

/** Terms by obligation: each runs on those that it was made under (R10). */
export type TermsOf = (obligation: ObligationKey) => Terms;

/** What a promise's clock depends on. */
interface ClockInput {
  readonly startTime: Instant;
  readonly pauses: readonly Pause[];
  readonly terms: Terms;
}

/** What a promise's clock comes to: due, or stopped with so much left. */
export interface Deadline {
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
        `The calendar ${terms.calendar.id} has too little open time from ${startTime} on to set a deadline. Publish more open hours.`,
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
  const expirationTime = dueBy(clock);
  if (expirationTime !== null) return { expirationTime };
  const pausedAt = standsSince(clock);
  const dueAt = dueBy({ ...clock, pauses: endedBy(clock.pauses, pausedAt) }) ?? pausedAt; // no pause is open any more
  return { expirationTime: null, suspended: { pausedAt, dueAt } };
};

/**
 * R8 `fromChange`: an upgrade gives min(old due, change + new budget), a downgrade max(old due, start + new budget). On
 * a clock that stands the change counts from when it stopped, so that what is left changes alike.
 */
export const deadlineFromChange = (
  obligation: Obligation,
  pauses: readonly Pause[],
  terms: Terms,
  now: Instant,
): Deadline => {
  const { serviceLevelAgreement, suspended } = obligation;
  const { startTime, expirationTime } = serviceLevelAgreement;
  const oldDue = suspended?.dueAt ?? expirationTime;
  const changedAt = suspended?.pausedAt ?? now;
  const isUpgrade = terms.budgetMs < budgetMsOf(obligation);
  const fresh = dueBy({ startTime: isUpgrade ? changedAt : startTime, pauses: endedBy(pauses, changedAt), terms });
  if (oldDue === null || fresh === null) return deadlineBy({ startTime, pauses, terms });
  const dueAt = instantFromMs((isUpgrade ? Math.min : Math.max)(instantToMs(oldDue), instantToMs(fresh)));
  return suspended === undefined
    ? { expirationTime: dueAt, countedUntil: fresh }
    : { expirationTime: null, suspended: { ...suspended, dueAt }, countedUntil: fresh };
};

/** The deadline of a promise whose clock runs again; nothing left is due as it was (R7, R8). */
export const deadlineAfterPause = (
  { serviceLevelAgreement: { startTime }, suspended }: Obligation,
  pauses: readonly Pause[],
  terms: Terms,
): Deadline => {
  if (terms.severityChange === 'retroactive' || suspended === undefined)
    return deadlineBy({ startTime, pauses, terms });
  const leftMs = openTimeBetween(terms.calendar.openHours, suspended.pausedAt, suspended.dueAt);
  if (leftMs === 0) return { expirationTime: suspended.dueAt };
  return deadlineBy({ startTime: suspended.pausedAt, pauses, terms: { ...terms, budgetMs: leftMs } });
};

/** The wire name of a promise of each kind. */
export const PROMISE_NAMES = {
  programFirstResponse: 'FirstResponseDue',
  partnerFirstResponse: 'FirstResponseDue',
  nextResponse: 'NextResponseDue',
  resolution: 'ResolutionDue',
} as const satisfies Record<ObligationKind, PromiseDue['type']>;

/** Whether an event gives a promise a deadline, its first or another one. */
export const isPromise = (event: ServiceRequestEvent): event is PromiseDue =>
  event.type === 'FirstResponseDue' || event.type === 'NextResponseDue' || event.type === 'ResolutionDue';

interface PromiseInput extends ClockInput {
  readonly requestId: RequestId;
  readonly key: ObligationKey;
  readonly revision: number;
  readonly severity: Impact;
  readonly now: Instant;
}

/** Percent of the open time of this very deadline, which severity changes may have made longer or shorter than the budget. */
const warningsAhead = ({ startTime, pauses, terms, revision, now }: PromiseInput, due: Instant): readonly Warning[] => {
  const { openHours } = terms.calendar;
  const stops = stopping(pauses, terms.pausesOn);
  const isBudget = revision === 1 || terms.severityChange === 'retroactive';
  const totalMs = isBudget ? terms.budgetMs : openTimeBetween(openHours, startTime, due, stops);
  if (totalMs === 0) return [];
  return terms.warnings.flatMap((percent) => {
    const point = percentPoint(openHours, startTime, totalMs, percent, stops);
    return point.kind === 'due' && point.at > now ? [{ percent, at: point.at }] : [];
  });
};

/** What of the zone is needed to compute the deadline again. */
const zoneRulesOf = ({ startTime, terms }: PromiseInput, deadline: Deadline): string => {
  const { expirationTime, suspended, countedUntil = startTime } = deadline;
  const dueAt = expirationTime ?? suspended?.dueAt ?? startTime;
  return terms.calendar.openHours.zoneRulesBetween(startTime, dueAt > countedUntil ? dueAt : countedUntil);
};

/** The promise under these terms, with this deadline. */
export const duePromise = (input: PromiseInput, deadline: Deadline): PromiseDue => {
  const { requestId, key, revision, startTime, severity, terms } = input;
  const { expirationTime, suspended } = deadline;
  const data: ObligationPromise = {
    requestId,
    kind: key.kind,
    cycle: key.cycle,
    revision,
    serviceLevelAgreement: { startTime, expirationTime, slaMinutes: terms.budgetMs / 60_000 },
    policy: terms.policy,
    calendar: { id: terms.calendar.id, version: terms.calendar.version },
    severity,
    severityChange: terms.severityChange,
    tzdata: terms.tzdata,
    zoneRules: zoneRulesOf(input, deadline),
    escalation: terms.escalation,
    pausesOn: terms.pausesOn,
    warnings: expirationTime === null ? [] : warningsAhead(input, expirationTime),
    ...(suspended && { suspended }),
  };
  return { type: PROMISE_NAMES[key.kind], data };
};
