import type { Instant } from '#kernel';
import { type Impact, IMPACTS } from '#service-level';
import { isOverdue, untilDueMs } from './breach.js';
import type { Moment } from './moment.js';
import { inTurn, movePromise } from './move-promise.js';
import { isOwed, livedThrough, type Obligation } from './obligation.state.js';
import { deadlineAfterChange, type TermsOf } from './deadline.js';
import { mustBeOpen } from './refusals.js';
import type { LaterEvent, SeverityAssigned } from './service-request.events.js';
import { evolveFiled, type FiledRequest, type ServiceRequest } from './service-request.state.js';

export interface ChangeSeverity extends Moment {
  readonly impact: Impact;
  readonly reason: string;
}

/** Missed, and the customer still waits: a worse severity tells the first one anew, and counts the steps from here (E29). */
const escalatedAgain = ({ requestId, escalations }: FiledRequest, obligation: Obligation, now: Instant): LaterEvent => {
  const { kind, cycle, escalation } = obligation;
  return {
    type: 'Escalated',
    data: {
      requestId,
      level: escalations.length + 1,
      to: escalation[0]?.to ?? 'duty-manager',
      reason: 'severityUpgrade',
      obligation: { kind, cycle },
      escalatedAt: now,
    },
  };
};

/** A new severity is a new deadline of every promise still owed (R8); one that was already missed stays missed (R9). */
export const changeSeverity = (
  { impact, reason, ...moment }: ChangeSeverity,
  termsOf: TermsOf,
  request: ServiceRequest,
): readonly LaterEvent[] => {
  const { now, trusted = now } = moment;
  const open = mustBeOpen(request);
  const { requestId, obligations } = open;
  const from = open.severity.impact;
  if (impact === from) return [];
  const isUpgrade = IMPACTS.indexOf(impact) < IMPACTS.indexOf(from);
  const assigned: SeverityAssigned = {
    type: 'SeverityAssigned',
    data: { requestId, impact, reason, assignedAt: now, from, untilDueMs: untilDueMs(obligations, now) },
  };
  const consequences = inTurn(evolveFiled(open, assigned), obligations, (current, obligation) => {
    if (isUpgrade && obligation.state === 'breached' && obligation.respondedAt === undefined)
      return [escalatedAgain(current, obligation, now)];
    if (!isOwed(obligation) || isOverdue(obligation, trusted)) return [];
    const terms = termsOf(obligation);
    const deadline = deadlineAfterChange(obligation, livedThrough(open.pauses, obligation), terms, now);
    return movePromise(current, obligation, { terms, deadline, severity: impact, cause: 'severityChange', ...moment });
  });
  return [assigned, ...consequences];
};
