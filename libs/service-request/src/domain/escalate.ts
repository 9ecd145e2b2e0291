import type { Instant } from '#kernel';
import { mustBeOpen } from './refusals.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface Escalate {
  readonly target: string;
  readonly reason: string;
  /** By which the vendor is reached, by what right, and its own number for it: only when the target is the vendor (REQ-21). */
  readonly vendor?: { readonly vehicle: string; readonly criterion: string; readonly externalId?: string } | undefined;
  readonly now: Instant;
}

export const escalate = (
  { target, reason, vendor, now }: Escalate,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const { requestId, escalations } = mustBeOpen(request);
  return [
    {
      type: 'Escalated',
      data: {
        requestId,
        level: escalations.length + 1,
        to: target,
        reason: vendor === undefined ? 'manual' : 'vendor',
        note: reason,
        ...vendor,
        escalatedAt: now,
      },
    },
  ];
};
