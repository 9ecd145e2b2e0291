import type { Instant } from '#kernel';
import { breachAndEscalation, isOverdue } from './breach.js';
import type { ObligationKey, ServiceRequestEvent } from './service-request.events.js';
import { sameObligation, type ServiceRequest } from './service-request.state.js';

export interface EscalateIfOverdue {
  readonly obligation: ObligationKey;
  readonly now: Instant;
}

/** A timer may be early, late, doubled or stale: it only asks; the recorded state answers (R6, G2). */
export const escalateIfOverdue = (
  { obligation: key, now }: EscalateIfOverdue,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  if (request.status === 'notFiled') return [];
  const obligation = request.obligations.find((candidate) => sameObligation(candidate, key));
  const dueAt = obligation?.serviceLevelAgreement.expirationTime;
  if (obligation === undefined || !dueAt || !isOverdue(obligation, now)) return [];
  const { requestId, escalations } = request;
  return breachAndEscalation({
    requestId,
    obligation,
    dueAt,
    cause: 'timer',
    now,
    level: escalations.length + 1,
  });
};
