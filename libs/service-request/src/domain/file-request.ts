import type { RequestId } from '#kernel';
import type { Impact, Terms } from '#service-level';
import { dueBy, responseDue } from './promise.js';
import type { FiledDetails, ServiceRequestEvent } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface FileRequest {
  readonly requestId: RequestId;
  readonly details: FiledDetails;
  readonly impact: Impact;
  readonly terms: Terms;
}

/** Filing, its severity by the impact given (REQ-55), and the promise that follows from it: one append, one fact. */
export const fileRequest = (
  { requestId, details, impact, terms }: FileRequest,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  if (request.status !== 'notFiled') return [];
  const startTime = details.filedAt;
  const key = { kind: terms.obligation, cycle: 1 };
  return [
    { type: 'RequestFiled', data: { requestId, ...details } },
    { type: 'SeverityAssigned', data: { requestId, impact, assignedAt: startTime } },
    responseDue(
      { requestId, key, revision: 1, startTime, severity: impact, terms },
      dueBy({ startTime, pauses: [], terms }),
    ),
  ];
};
