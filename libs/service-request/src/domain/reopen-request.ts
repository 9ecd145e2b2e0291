import { DomainError, type Instant } from '#kernel';
import type { Terms } from '#service-level';
import { dueAfterPause, dueBy, responseDue } from './promise.js';
import { mustBeFiled } from './refusals.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import { type FiledRequest, isSettled, type Obligation, type ServiceRequest } from './service-request.state.js';

export interface ReopenRequest {
  readonly reason: string;
  readonly now: Instant;
}

/** Under `fromChange` a deadline is what its changes made of it, so what was left of it runs on (R8). */
const resumedDue = (
  { serviceLevelAgreement: { startTime }, dueBeforePause }: Obligation,
  { pauses }: FiledRequest,
  now: Instant,
  terms: Terms,
): Instant | null => {
  const pausedAt = pauses.find(({ to }) => to === null)?.from;
  if (terms.severityChange === 'retroactive' || dueBeforePause === undefined || pausedAt === undefined)
    return dueBy({ startTime, pauses: pauses.map((pause) => ({ ...pause, to: pause.to ?? now })), terms });
  return dueAfterPause(dueBeforePause, pausedAt, now, terms);
};

/** A first response still owed runs on, less the time closed (E41); where it was given, a next one is promised (E40). */
const promises = (request: FiledRequest, now: Instant, terms: Terms): readonly ServiceRequestEvent[] => {
  const { requestId, obligations, severity } = request;
  const waiting = obligations.filter(({ state }) => state === 'paused');
  if (waiting.length > 0)
    return waiting.map((obligation) => {
      const { kind, cycle, revision, serviceLevelAgreement } = obligation;
      const { startTime } = serviceLevelAgreement;
      const promise = { requestId, key: { kind, cycle }, revision: revision + 1, startTime, severity: severity.impact };
      return responseDue({ ...promise, terms }, resumedDue(obligation, request, now, terms));
    });
  if (obligations.some(({ respondedAt }) => respondedAt === undefined)) return [];
  const cycle = 1 + obligations.filter(({ kind }) => kind === 'nextResponse').length;
  const key = { kind: 'nextResponse', cycle } as const;
  return [
    responseDue(
      { requestId, key, revision: 1, startTime: now, severity: severity.impact, terms },
      dueBy({ startTime: now, pauses: [], terms }),
    ),
  ];
};

export const reopenRequest = (
  { reason, now }: ReopenRequest,
  terms: Terms,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const filed = mustBeFiled(request);
  if (!isSettled(filed))
    throw new DomainError(
      'conflict',
      'service-request-open',
      `The service request is not settled: its status is ${filed.status}.`,
    );
  return [
    { type: 'RequestReopened', data: { requestId: filed.requestId, reason, reopenedAt: now } },
    ...promises(filed, now, terms),
  ];
};
