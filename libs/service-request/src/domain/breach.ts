import type { Instant, RequestId } from '#kernel';
import type { Escalated, ResponseBreached } from './service-request.events.js';
import type { Obligation } from './service-request.state.js';

/** An obligation that is owed and known when: neither paused nor settled. */
export type DueObligation = Obligation & { readonly state: 'open' };

export const isOverdue = (obligation: Obligation, now: Instant): obligation is DueObligation => {
  const due = obligation.serviceLevelAgreement.expirationTime;
  return obligation.state === 'open' && due !== null && now > due;
};

interface Miss {
  readonly requestId: RequestId;
  readonly obligation: Obligation;
  readonly dueAt: Instant;
  readonly cause: ResponseBreached['data']['cause'];
  readonly now: Instant;
  readonly level: number;
}

/**
 * The miss and who is told of it, always in one append: neither exists without the other (G2). Its severity is the
 * promise's, not what the request has become by the time it is found (E29, E45).
 */
export const breachAndEscalation = (miss: Miss): readonly [ResponseBreached, Escalated] => {
  const { requestId, obligation, dueAt, cause, now, level } = miss;
  const { kind, cycle, revision, severity, escalateTo, respondedAt } = obligation;
  return [
    {
      type: 'ResponseBreached',
      data: {
        requestId,
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
    {
      type: 'Escalated',
      data: { requestId, level, to: escalateTo, reason: 'breach', obligation: { kind, cycle }, escalatedAt: now },
    },
  ];
};
