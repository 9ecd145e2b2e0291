import type { Position } from '#event-store';
import type { Obligation } from '../domain/obligation.state.js';
import type { FiledRequest } from '../domain/service-request.state.js';

/** An obligation without what only decisions and explanations need; a resolution is reached, a response is given. */
export const obligationView = (obligation: Obligation) => {
  const { kind, cycle, revision, state, serviceLevelAgreement, policy, calendar, tzdata, pausesOn, warnings } =
    obligation;
  const { warned, breach, annulment, elapsedMs, respondedAt } = obligation;
  return {
    kind,
    cycle,
    revision,
    state,
    serviceLevelAgreement,
    policy,
    calendar,
    tzdata,
    pausesOn,
    warnings,
    ...(warned && { warned }),
    ...(breach && { breach }),
    ...(annulment && { annulment }),
    ...(elapsedMs !== undefined && { elapsedMs }),
    ...(respondedAt && (kind === 'resolution' ? { resolvedAt: respondedAt } : { respondedAt })),
  };
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
