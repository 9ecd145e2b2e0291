import { DomainError, type Instant } from '#kernel';
import { mustBeFiled, mustBeOpen } from './refusals.js';
import { answeredIn, type OpenHoursOf } from './response-time.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface ResolveRequest {
  readonly summary: string;
  readonly now: Instant;
}

export interface CloseRequest {
  readonly reason: string;
  readonly now: Instant;
}

/** Keeps what was promised of the resolution, or keeps it late. @throws DomainError `conflict` when it is settled already */
export const resolveRequest = (
  { summary, now }: ResolveRequest,
  openHoursOf: OpenHoursOf,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const { requestId, obligations, pauses } = mustBeOpen(request);
  const resolves = obligations
    .filter(({ kind, respondedAt }) => kind === 'resolution' && respondedAt === undefined)
    .map((promise) => answeredIn(promise, now, pauses, openHoursOf(promise)));
  return [{ type: 'RequestResolved', data: { requestId, summary, resolvedAt: now, resolves } }];
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
