import { DomainError, type Instant } from '#kernel';
import { doneAt, type Moment } from './moment.js';
import { mustBeFiled, mustBeOpen } from './refusals.js';
import { answeredIn, type OpenHoursOf } from './response-time.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface ResolveRequest extends Moment {
  readonly summary: string;
}

export interface CloseRequest {
  readonly reason: string;
  readonly now: Instant;
}

/** Keeps what was promised of the resolution, or keeps it late. @throws DomainError `conflict` when it is settled already */
export const resolveRequest = (
  { summary, ...moment }: ResolveRequest,
  openHoursOf: OpenHoursOf,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const { requestId, details, obligations, pauses } = mustBeOpen(request);
  const waiting = obligations.filter(({ kind, respondedAt }) => kind === 'resolution' && respondedAt === undefined);
  const resolvedAt = doneAt(moment, waiting.at(-1)?.serviceLevelAgreement.startTime ?? details.filedAt);
  const resolves = waiting.map((promise) => answeredIn(promise, resolvedAt, pauses, openHoursOf(promise)));
  return [{ type: 'RequestResolved', data: { requestId, summary, resolvedAt, resolves } }];
};

/** Closing needs no resolution before it: a duplicate or a withdrawn request is closed as it is. */
export const closeRequest = (
  { reason, now }: CloseRequest,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const { requestId, status } = mustBeFiled(request);
  if (status === 'closed')
    throw new DomainError('conflict', 'service-request-settled', 'The service request is closed already.');
  return [{ type: 'RequestClosed', data: { requestId, reason, closedAt: now } }];
};
