import { breachAndEscalation } from './breach.js';
import type { Moment } from './moment.js';
import type { Obligation } from './obligation.state.js';
import { type Deadline } from './deadline.js';
import { promiseAgain } from './promise.js';
import type { LaterEvent, ResponseBreached } from './service-request.events.js';
import { evolveFiled, type FiledRequest } from './service-request.state.js';
import type { Impact, Terms } from '#service-level';

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

interface Move extends Moment {
  /** The promise's own when left out. */
  readonly severity?: Impact;
  readonly terms: Terms;
  readonly deadline: Deadline;
  readonly cause: ResponseBreached['data']['cause'];
}

/** The new deadline of a promise; one that is past already is a miss found now (E28). */
export const movePromise = (
  request: FiledRequest,
  obligation: Obligation,
  { cause, trusted, ...again }: Move,
): readonly LaterEvent[] => {
  const due = promiseAgain(request, obligation, { ...again, toldPercent: obligation.warned?.percent ?? 0 });
  const dueAt = again.deadline.expirationTime;
  const { now } = again;
  if (dueAt === null || (trusted ?? now) <= dueAt) return [due];
  return [due, ...breachAndEscalation(request, { ...obligation, ...due.data }, { dueAt, cause, now })];
};
