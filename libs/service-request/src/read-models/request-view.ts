import type { Position } from '#event-store';
import type { Obligation } from '../domain/obligation.state.js';
import type { FiledRequest } from '../domain/service-request.state.js';

/** Without what only decisions need; a resolution is reached, a response is given. */
export const obligationView = (obligation: Obligation) => {
  const {
    severity: _,
    severityChange: __,
    escalation: ___,
    suspended: ____,
    chain: _____,
    clockStood: ______,
    ...rest
  } = obligation;
  const { respondedAt, ...shown } = rest;
  if (respondedAt === undefined) return shown;
  return obligation.kind === 'resolution' ? { ...shown, resolvedAt: respondedAt } : { ...shown, respondedAt };
};

/** The clock of a request: why it stands and since when; time settled is told by the status. */
const pausesOf = ({ pauses }: FiledRequest) => pauses.filter(({ reason }) => reason !== null);

/** A request as callers see it. `revision` is what `If-Match` takes. */
export const requestView = (request: FiledRequest, revision: number, position: Position) => {
  const { requestId, details, severity, status, obligations, escalations, mergedInto, absorbed } = request;
  const { filedAt, preferredSupportLanguage, ...filed } = details;
  return {
    id: requestId,
    ...filed,
    status,
    severity,
    language: preferredSupportLanguage,
    filedAt,
    obligations: obligations.map(obligationView),
    pauses: pausesOf(request),
    escalations,
    ...(mergedInto && { mergedInto }),
    ...(absorbed && { absorbed }),
    revision,
    position,
  };
};

export type RequestView = ReturnType<typeof requestView>;
