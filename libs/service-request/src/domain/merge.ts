import { DomainError, type Instant, type RequestId } from '#kernel';
import { IMPACTS } from '#service-level';
import { isOverdue, untilDueMs } from './breach.js';
import { endedBy, isOwed, livedThrough, type Obligation, stopping, suspended } from './obligation.state.js';
import { mergedElsewhere, mustBeFiled, mustBeOpen } from './refusals.js';
import { PROMISE_NAMES } from './promise.js';
import type { LaterEvent, PromiseDue, RequestMerged, SeverityAssigned } from './service-request.events.js';
import { type FiledRequest, isRestricted, type OpenRequest, type ServiceRequest } from './service-request.state.js';

export interface AbsorbDuplicate {
  readonly duplicate: FiledRequest;
  readonly now: Instant;
}

const assertMergeable = (survivor: FiledRequest, duplicate: FiledRequest): void => {
  if (survivor.requestId === duplicate.requestId)
    throw new DomainError('conflict', 'merge-into-itself', 'A service request cannot be merged into itself.');
  if (survivor.details.customerId !== duplicate.details.customerId)
    throw new DomainError(
      'conflict',
      'merge-across-customers',
      'The service requests are of two customers: what one is owed cannot be given to the other.',
    );
  if (isRestricted(survivor) !== isRestricted(duplicate))
    throw new DomainError(
      'conflict',
      'merge-across-classes',
      'One of the service requests is about fraud and the other is not: what few may see would become known to others.',
    );
  if (duplicate.absorbed?.includes(survivor.requestId))
    throw new DomainError('conflict', 'merge-cycle', 'That service request is being merged into this one.');
};

const dueOf = ({ serviceLevelAgreement }: Obligation): string => serviceLevelAgreement.expirationTime ?? '';

/** Owed, its clock running and not missed: what a merge can hand over. What is overdue is missed where it was promised. */
const runs = (obligation: Obligation, now: Instant): boolean =>
  obligation.state === 'open' && isOwed(obligation) && !isOverdue(obligation, now);

const takenOver = (
  survivor: OpenRequest,
  duplicate: FiledRequest,
  running: Obligation,
  now: Instant,
): PromiseDue | undefined => {
  const same = survivor.obligations.filter(({ kind }) => kind === running.kind);
  // Of one that stands nobody knows when it will be due, so it stays beside the other.
  const own = same.find((one) => runs(one, now));
  if (own !== undefined && dueOf(own) <= dueOf(running)) return undefined;
  const stands = stopping(survivor.pauses, running.pausesOn).some(({ to }) => to === null);
  const promise = stands ? suspended(now, now)(running) : running;
  const { state: _, respondedAt: __, breach: ___, warned: ____, chain: _____, annulment: ______, ...data } = promise;
  return {
    type: PROMISE_NAMES[promise.kind],
    data: {
      ...data,
      requestId: survivor.requestId,
      cycle: own?.cycle ?? 1 + Math.max(0, ...same.map(({ cycle }) => cycle)),
      revision: (own?.revision ?? 0) + 1,
      warnings: promise.warnings.filter(({ at }) => at >= now),
      takenOver: { since: now, pauses: endedBy(livedThrough(duplicate.pauses, promise), now) },
    },
  };
};

/** The higher of both severities; the promises that stay keep their deadlines, so this is no change by R8. */
const worse = (survivor: OpenRequest, { severity }: FiledRequest, now: Instant): readonly SeverityAssigned[] => {
  const { requestId, obligations } = survivor;
  const from = survivor.severity.impact;
  if (IMPACTS.indexOf(severity.impact) >= IMPACTS.indexOf(from)) return [];
  return [
    {
      type: 'SeverityAssigned',
      data: {
        requestId,
        impact: severity.impact,
        reason: 'A duplicate with this severity was merged into this request.',
        assignedAt: now,
        from,
        untilDueMs: untilDueMs(obligations, now),
      },
    },
  ];
};

/**
 * The request that stays takes over what the duplicate is owed: of each kind the earlier promise as it is (E44). It
 * comes first, so that no promise is lost on the way; the duplicate is settled after it.
 *
 * @throws DomainError `conflict` for requests that are no duplicates of each other, or settled
 */
export const absorbDuplicate = (
  { duplicate, now }: AbsorbDuplicate,
  request: ServiceRequest,
): readonly LaterEvent[] => {
  const filed = mustBeFiled(request);
  const { requestId: duplicateId } = duplicate;
  if (filed.absorbed?.includes(duplicateId)) return [];
  assertMergeable(filed, duplicate);
  const survivor = mustBeOpen(filed);
  const { requestId } = survivor;
  mustBeOpen(duplicate);
  const handedOver = duplicate.obligations.filter((obligation) => runs(obligation, now));
  return [
    { type: 'DuplicateAbsorbed', data: { requestId, duplicateId, absorbedAt: now } },
    ...worse(survivor, duplicate, now),
    ...handedOver.flatMap((promise) => takenOver(survivor, duplicate, promise, now) ?? []),
  ];
};

/** Whether something that a duplicate is owed stands: it is handed over once it runs. */
export const hasStanding = ({ obligations, pauses }: FiledRequest): boolean =>
  pauses.some(({ to }) => to === null) && obligations.some((one) => one.state === 'paused' && isOwed(one));

export interface SettleAsMerged {
  readonly into: RequestId;
  readonly now: Instant;
}

/** Two requests may be merged into each other at one time; then the one with the smaller id stays. */
const staysInstead = ({ requestId, absorbed }: FiledRequest, into: RequestId): boolean =>
  (absorbed?.includes(into) ?? false) && requestId < into;

/**
 * The duplicate is settled, once, also when it was resolved or closed in between.
 * @throws DomainError `conflict` when it was merged into another one
 */
export const settleAsMerged = ({ into, now }: SettleAsMerged, request: ServiceRequest): readonly RequestMerged[] => {
  const filed = mustBeFiled(request);
  const { mergedInto } = filed;
  if (mergedInto !== undefined && mergedInto !== into) throw mergedElsewhere(mergedInto);
  if (mergedInto !== undefined || staysInstead(filed, into)) return [];
  return [{ type: 'RequestMerged', data: { requestId: filed.requestId, into, mergedAt: now } }];
};
