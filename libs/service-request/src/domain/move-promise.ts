import type { Instant } from '#kernel';
import { breachAndEscalation } from './breach.js';
import { livedThrough, type Obligation } from './obligation.state.js';
import { type Deadline, duePromise } from './promise.js';
import type { LaterEvent, ResponseBreached } from './service-request.events.js';
import { evolveFiled, type FiledRequest } from './service-request.state.js';
import type { Terms } from '#service-level';

/** Decides on one obligation after the other, each on what the ones before have led to. */
export const inTurn = (
  request: FiledRequest,
  obligations: readonly Obligation[],
  decide: (request: FiledRequest, obligation: Obligation) => readonly LaterEvent[],
): readonly LaterEvent[] => {
  const decided: LaterEvent[] = [];
  let current = request;
  for (const obligation of obligations) {
    const events = decide(current, obligation);
    current = events.reduce(evolveFiled, current);
    decided.push(...events);
  }
  return decided;
};

interface Move {
  readonly terms: Terms;
  readonly deadline: Deadline;
  readonly cause: ResponseBreached['data']['cause'];
  readonly now: Instant;
}

/** The new deadline of a promise under the request's severity; one that is past already is a miss found now (E28). */
export const movePromise = (
  request: FiledRequest,
  obligation: Obligation,
  { terms, deadline, cause, now }: Move,
): readonly LaterEvent[] => {
  const { requestId, severity } = request;
  const pauses = livedThrough(request.pauses, obligation);
  const { startTime } = obligation.serviceLevelAgreement;
  const revision = obligation.revision + 1;
  const input = { requestId, key: obligation, revision, startTime, severity: severity.impact, pauses, terms, now };
  const due = duePromise(input, deadline);
  const dueAt = deadline.expirationTime;
  if (dueAt === null || now <= dueAt) return [due];
  return [due, ...breachAndEscalation(request, { ...obligation, ...due.data }, { dueAt, cause, now })];
};
