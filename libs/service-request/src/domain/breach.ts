import type { Instant, RequestId } from '#kernel';
import type { Impact } from '#service-level';
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
  readonly severity: Impact;
  readonly cause: ResponseBreached['data']['cause'];
  readonly now: Instant;
  readonly level: number;
}

/** The miss and who is told of it, always in one append: neither exists without the other (G2). */
export const breachAndEscalation = (miss: Miss): readonly [ResponseBreached, Escalated] => {
  const { requestId, obligation, dueAt, severity, cause, now, level } = miss;
  const { kind, cycle, revision, escalateTo, respondedAt } = obligation;
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
