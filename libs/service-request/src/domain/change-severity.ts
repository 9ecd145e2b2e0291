import type { Instant } from '#kernel';
import type { Impact, Terms } from '#service-level';
import { breachAndEscalation, isOverdue } from './breach.js';
import { dueBy, dueFromChange, responseDue } from './promise.js';
import { mustBeOpen } from './refusals.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import type { Obligation, OpenRequest, ServiceRequest } from './service-request.state.js';

export interface ChangeSeverity {
  readonly impact: Impact;
  readonly reason: string;
  readonly now: Instant;
}

/** Still owed, and not yet answered late: a promise that a new severity moves. */
const isMovable = ({ state, respondedAt }: Obligation): boolean =>
  (state === 'open' || state === 'paused') && respondedAt === undefined;

const moved = (
  request: OpenRequest,
  obligation: Obligation,
  { impact, now }: ChangeSeverity,
  terms: Terms,
): readonly ServiceRequestEvent[] => {
  const { requestId, pauses } = request;
  const { startTime, expirationTime: oldDue, slaMinutes } = obligation.serviceLevelAgreement;
  const input = {
    requestId,
    key: obligation,
    revision: obligation.revision + 1,
    startTime,
    severity: impact,
    pauses,
    terms,
  };
  const dueAt =
    terms.severityChange === 'retroactive'
      ? dueBy(input)
      : dueFromChange(input, oldDue, Math.round(slaMinutes * 60_000), now);
  const due = responseDue({ ...input, key: { kind: obligation.kind, cycle: obligation.cycle } }, dueAt);
  if (dueAt === null || now <= dueAt) return [due];
  const missed = { ...obligation, revision: due.data.revision, severity: impact };
  const level = request.escalations.length + 1;
  return [
    due,
    ...breachAndEscalation({
      requestId,
      obligation: missed,
      dueAt,
      cause: 'severityChange',
      now,
      level,
    }),
  ];
};

/** A new severity is a new deadline of every promise still owed (R8); one that was already missed stays missed (R9). */
export const changeSeverity = (
  input: ChangeSeverity,
  terms: Terms,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const open = mustBeOpen(request);
  const { impact, reason, now } = input;
  if (impact === open.severity.impact) return [];
  const owed = open.obligations.filter((obligation) => isMovable(obligation) && !isOverdue(obligation, now));
  return [
    { type: 'SeverityAssigned', data: { requestId: open.requestId, impact, reason, assignedAt: now } },
    ...owed.flatMap((obligation) => moved(open, obligation, input, terms)),
  ];
};
