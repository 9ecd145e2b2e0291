import type { Position } from '#event-store';
import type { FiledRequest, Obligation } from '../domain/service-request.state.js';

/** Without what only decisions need. */
export const obligationView = (obligation: Obligation) => {
  const { severity: _, severityChange: __, escalateTo: ___, dueBeforePause: ____, ...rest } = obligation;
  return rest;
};

/** A request as callers see it. `revision` is what `If-Match` takes. */
export const requestView = (request: FiledRequest, revision: number, position: Position) => {
  const { requestId, details, severity, status, obligations, escalations } = request;
  const { filedAt, preferredSupportLanguage, ...filed } = details;
  return {
    id: requestId,
    ...filed,
    status,
    severity,
    language: preferredSupportLanguage,
    filedAt,
    obligations: obligations.map(obligationView),
    escalations,
    revision,
    position,
  };
};

export type RequestView = ReturnType<typeof requestView>;
