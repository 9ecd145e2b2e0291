import { openTimeBetween, percentPoint } from '#business-time';
import type { Instant, RequestId } from '#kernel';
import type { Impact, ObligationKind, Terms } from '#service-level';
import type { ClockInput, Deadline } from './deadline.js';
import { livedThrough, type Obligation, stopping } from './obligation.state.js';
import type {
  ObligationKey,
  ObligationPromise,
  PromiseDue,
  ServiceRequestEvent,
  Warning,
} from './service-request.events.js';
import type { FiledRequest } from './service-request.state.js';

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
  /** Of a deadline that is moved: how many percent somebody was told of already. */
  readonly toldPercent?: number;
}

/** Percent of the open time of this very deadline, which severity changes may have made longer or shorter than the budget. */
const warningsOf = ({ startTime, pauses, terms, revision }: PromiseInput, due: Instant): readonly Warning[] => {
  const { openHours } = terms.calendar;
  const stops = stopping(pauses, terms.pausesOn);
  const isBudget = revision === 1 || terms.severityChange === 'retroactive';
  const totalMs = isBudget ? terms.budgetMs : openTimeBetween(openHours, startTime, due, stops);
  if (totalMs === 0) return [];
  return terms.warnings.flatMap((percent) => {
    const point = percentPoint(openHours, startTime, totalMs, percent, stops);
    return point.kind === 'due' ? [{ percent, at: point.at }] : [];
  });
};

/** Those still ahead; of a deadline that was moved near, the highest that it has passed by that too, told at once. */
const warningsToTell = (input: PromiseInput, due: Instant): readonly Warning[] => {
  const { now, toldPercent } = input;
  const warnings = warningsOf(input, due);
  const ahead = warnings.filter(({ at }) => at >= now);
  const passed = warnings[warnings.length - ahead.length - 1];
  return toldPercent === undefined || passed === undefined || passed.percent <= toldPercent
    ? ahead
    : [passed, ...ahead];
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
    warnings: expirationTime === null ? [] : warningsToTell(input, expirationTime),
    ...(suspended && { suspended }),
  };
  return { type: PROMISE_NAMES[key.kind], data };
};

interface Again {
  readonly terms: Terms;
  readonly deadline: Deadline;
  /** Its own when left out: what a merge made of the request is no change of its promises. */
  readonly severity?: Impact;
  readonly now: Instant;
  readonly toldPercent?: number;
}

/** The next deadline of a promise that was given one before. */
export const promiseAgain = (
  { requestId, pauses }: Pick<FiledRequest, 'requestId' | 'pauses'>,
  obligation: Obligation,
  { deadline, ...again }: Again,
): PromiseDue => {
  const input = {
    requestId,
    key: obligation,
    revision: obligation.revision + 1,
    startTime: obligation.serviceLevelAgreement.startTime,
    severity: obligation.severity,
    pauses: livedThrough(pauses, obligation),
    ...again,
  };
  return duePromise(input, deadline);
};
