import type { RequestId } from '#kernel';
import type { Impact, Terms } from '#service-level';
import { deadlineBy } from './deadline.js';
import { duePromise } from './promise.js';
import type { FiledDetails, ServiceRequestEvent } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface FileRequest {
  readonly requestId: RequestId;
  readonly details: FiledDetails;
  readonly impact: Impact;
  /** One promise each, of different kinds. */
  readonly terms: readonly Terms[];
}

/** Filing, its severity by the impact given (REQ-55), and the promises that follow from it: one append, one fact. */
export const fileRequest = (
  { requestId, details, impact, terms: all }: FileRequest,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  if (request.status !== 'notFiled') return [];
  const startTime = details.filedAt;
  return [
    { type: 'RequestFiled', data: { requestId, ...details } },
    { type: 'SeverityAssigned', data: { requestId, impact, assignedAt: startTime } },
    ...all.map((terms) => {
      const key = { kind: terms.obligation, cycle: 1 };
      const clock = { startTime, pauses: [], terms };
      return duePromise({ requestId, key, revision: 1, severity: impact, now: startTime, ...clock }, deadlineBy(clock));
    }),
  ];
};
