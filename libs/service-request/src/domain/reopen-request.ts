import { DomainError, type Instant } from '#kernel';
import type { ObligationKind } from '#service-level';
import type { Obligation } from './obligation.state.js';
import { deadlineBy, type TermsOf } from './deadline.js';
import { duePromise } from './promise.js';
import { mergedElsewhere, mustBeFiled } from './refusals.js';
import { runAgain } from './run-again.js';
import type { LaterEvent, ObligationKey, RequestReopened } from './service-request.events.js';
import { evolveFiled, type FiledRequest, isSettled, type ServiceRequest } from './service-request.state.js';

export interface ReopenRequest {
  readonly reason: string;
  readonly now: Instant;
}

const nextOf = ({ obligations }: FiledRequest, kind: ObligationKind): ObligationKey => ({
  kind,
  cycle: 1 + Math.max(0, ...obligations.filter((known) => known.kind === kind).map(({ cycle }) => cycle)),
});

const isDone = (obligations: readonly Obligation[]): boolean =>
  obligations.length > 0 && obligations.every(({ respondedAt }) => respondedAt !== undefined);

/** What is promised anew: a response when all were given, a resolution when all were reached (E40). */
export const cyclesOnReopening = (request: FiledRequest): readonly ObligationKey[] => {
  const responses = request.obligations.filter(({ kind }) => kind !== 'resolution');
  const resolutions = request.obligations.filter(({ kind }) => kind === 'resolution');
  return [
    ...(isDone(responses) ? [nextOf(request, 'nextResponse')] : []),
    ...(isDone(resolutions) ? [nextOf(request, 'resolution')] : []),
  ];
};

const assertReopenable = (request: FiledRequest): void => {
  if (request.mergedInto !== undefined) throw mergedElsewhere(request.mergedInto);
  if (!isSettled(request))
    throw new DomainError(
      'conflict',
      'service-request-open',
      `The service request is not settled: its status is ${request.status}.`,
    );
};

/** What is still owed runs on, less the time closed (E41); what was done is promised anew (E40). */
export const reopenRequest = (
  { reason, now }: ReopenRequest,
  termsOf: TermsOf,
  request: ServiceRequest,
): readonly LaterEvent[] => {
  const filed = mustBeFiled(request);
  assertReopenable(filed);
  const { requestId, severity } = filed;
  const reopened: RequestReopened = { type: 'RequestReopened', data: { requestId, reason, reopenedAt: now } };
  const after = evolveFiled(filed, reopened);
  const anew = cyclesOnReopening(filed).map((key) => {
    const clock = { startTime: now, pauses: after.pauses, terms: termsOf(key) };
    return duePromise({ requestId, key, revision: 1, severity: severity.impact, now, ...clock }, deadlineBy(clock));
  });
  return [reopened, ...runAgain(after, termsOf, now), ...anew];
};
