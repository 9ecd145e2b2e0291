import { DomainError, type Instant } from '#kernel';
import type { Terms } from '#service-level';
import { dueBy, responseDue } from './promise.js';
import { mustBeFiled } from './refusals.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import { type FiledRequest, isSettled, type ServiceRequest } from './service-request.state.js';

export interface ReopenRequest {
  readonly reason: string;
  readonly now: Instant;
}

/** A first response still owed runs on, less the time closed (E41); where it was given, a next one is promised (E40). */
const promises = (request: FiledRequest, now: Instant, terms: Terms): readonly ServiceRequestEvent[] => {
  const { requestId, obligations, severity } = request;
  const pauses = request.pauses.map((pause) => ({ ...pause, to: pause.to ?? now }));
  const waiting = obligations.filter(({ state }) => state === 'paused');
  if (waiting.length > 0)
    return waiting.map(({ kind, cycle, revision, serviceLevelAgreement: { startTime } }) =>
      responseDue(
        {
          requestId,
          key: { kind, cycle },
          revision: revision + 1,
          startTime,
          severity: severity.impact,
          pauses,
          terms,
        },
        dueBy({ startTime, pauses, terms }),
      ),
    );
  if (obligations.some(({ respondedAt }) => respondedAt === undefined)) return [];
  const cycle = 1 + obligations.filter(({ kind }) => kind === 'nextResponse').length;
  const key = { kind: 'nextResponse', cycle } as const;
  return [
    responseDue(
      { requestId, key, revision: 1, startTime: now, severity: severity.impact, pauses: [], terms },
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
