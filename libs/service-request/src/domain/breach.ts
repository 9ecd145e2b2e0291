import { type Instant, instantToMs } from '#kernel';
import { stepsDue, stepsTaken } from './escalation-steps.js';
import { type Obligation, stepsFrom } from './obligation.state.js';
import type { Escalated, ResolutionBreached, ResponseBreached } from './service-request.events.js';
import type { FiledRequest } from './service-request.state.js';

export const isOverdue = ({ state, serviceLevelAgreement }: Obligation, now: Instant): boolean => {
  const due = serviceLevelAgreement.expirationTime;
  return state === 'open' && due !== null && now > due;
};

/** From now to the nearest deadline that runs; null when none does. */
export const untilDueMs = (obligations: readonly Obligation[], now: Instant): number | null => {
  const dues = obligations.flatMap(({ state, serviceLevelAgreement: { expirationTime } }) =>
    state === 'open' && expirationTime !== null && expirationTime >= now ? [instantToMs(expirationTime)] : [],
  );
  return dues.length === 0 ? null : Math.min(...dues) - instantToMs(now);
};

interface Miss {
  readonly dueAt: Instant;
  readonly cause: ResponseBreached['data']['cause'];
  readonly now: Instant;
}

/** Until when somebody waited for the answer to a miss that is found now: nobody does once the request is settled. */
const waitedUntil = ({ pauses }: FiledRequest, now: Instant): Instant =>
  pauses.find(({ to, reason }) => to === null && reason === null)?.from ?? now;

/**
 * The miss and whoever is to know of it by now, always in one append (G2). Its severity is the promise's, not what the
 * request has become by the time it is found (E29, E45).
 */
export const breachAndEscalation = (
  request: FiledRequest,
  obligation: Obligation,
  { dueAt, cause, now }: Miss,
): readonly (ResponseBreached | ResolutionBreached | Escalated)[] => {
  const { kind, cycle, revision, severity, respondedAt } = obligation;
  const chain = { from: stepsFrom(dueAt, request.pauses), steps: 0 };
  return [
    {
      type: kind === 'resolution' ? 'ResolutionBreached' : 'ResponseBreached',
      data: {
        requestId: request.requestId,
        kind,
        cycle,
        revision,
        dueAt,
        detectedAt: now,
        severity,
        cause,
        respondedAt: respondedAt ?? null,
      },
    },
    ...stepsTaken(request, obligation, stepsDue(obligation, chain, waitedUntil(request, now)), now),
  ];
};
