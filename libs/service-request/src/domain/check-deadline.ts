import { type Instant, instantFromMs, instantToMs } from '#kernel';
import { breachAndEscalation, isOverdue } from './breach.js';
import { stepsDue, stepsTaken } from './escalation-steps.js';
import { type Obligation, sameObligation } from './obligation.state.js';
import type { LaterEvent, ObligationKey } from './service-request.events.js';
import { type FiledRequest, isSettled, type ServiceRequest } from './service-request.state.js';

export interface CheckDeadline {
  readonly obligation: ObligationKey;
  readonly now: Instant;
}

const isWaiting = ({ state, respondedAt }: Obligation): boolean => state === 'breached' && respondedAt === undefined;

const approaching = ({ requestId }: FiledRequest, obligation: Obligation, now: Instant): readonly LaterEvent[] => {
  const { kind, cycle, revision, severity, state, respondedAt, warnings } = obligation;
  const dueAt = obligation.serviceLevelAgreement.expirationTime;
  const passed = warnings.filter(({ at }) => at <= now).at(-1);
  if (state !== 'open' || respondedAt !== undefined || dueAt === null || passed === undefined) return [];
  const { percent, at } = passed;
  const data = { requestId, kind, cycle, revision, percent, at, dueAt, noticedAt: now, severity };
  return [{ type: 'DeadlineApproaching', data }];
};

/** A timer may be early, late, doubled or stale: it only asks; the recorded state answers (R6, G2). */
export const checkDeadline = (
  { obligation: key, now }: CheckDeadline,
  request: ServiceRequest,
): readonly LaterEvent[] => {
  if (request.status === 'notFiled') return [];
  const obligation = request.obligations.find((candidate) => sameObligation(candidate, key));
  if (obligation === undefined) return [];
  const dueAt = obligation.serviceLevelAgreement.expirationTime;
  if (dueAt !== null && isOverdue(obligation, now))
    return breachAndEscalation(request, obligation, { dueAt, cause: 'timer', now });
  const { chain } = obligation;
  if (chain !== undefined && isWaiting(obligation) && !isSettled(request))
    return stepsTaken(request, obligation, stepsDue(obligation, chain, now), now);
  return approaching(request, obligation, now);
};

const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** None after the year 9999: it would sort before all others as text, and be asked about for ever. */
const later = (at: Instant, ms: number): readonly Instant[] => {
  const laterMs = instantToMs(at) + ms;
  return laterMs > LAST_MS ? [] : [instantFromMs(laterMs)];
};

/**
 * All instants at which asking {@link checkDeadline} makes sense, as far as they are known: each warning, a millisecond
 * after due because a response at due is in time (R6), and the steps of escalation.
 */
export const checksOf = (obligation: Obligation, settled: boolean): readonly Instant[] => {
  const { state, respondedAt, warnings, escalation, chain } = obligation;
  const dueAt = obligation.serviceLevelAgreement.expirationTime;
  if (state === 'open' && dueAt !== null) {
    const miss = later(dueAt, 1);
    if (respondedAt !== undefined || settled) return miss;
    const steps = escalation.filter(({ afterMs }) => afterMs > 1).flatMap(({ afterMs }) => later(dueAt, afterMs));
    return [...warnings.map(({ at }) => at), ...miss, ...steps];
  }
  if (chain === undefined || !isWaiting(obligation) || settled) return [];
  return escalation.slice(chain.steps).flatMap(({ afterMs }) => later(chain.from, afterMs));
};
