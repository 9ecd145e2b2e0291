import type { Instant, RequestId } from '#kernel';
import type { Impact } from '#service-level';
import {
  answered,
  chainResumed,
  escalated,
  missed,
  type Obligation,
  promised,
  suspended,
  update,
  warned,
} from './obligation.state.js';
import type {
  BreachAnnulled,
  ClockPaused,
  DeadlineApproaching,
  Escalated,
  FiledDetails,
  LaterEvent,
  Pause,
  PromiseDue,
  ResolutionBreached,
  ResponseBreached,
  ServiceRequestEvent,
} from './service-request.events.js';

type ObligationEvent = PromiseDue | DeadlineApproaching | ResponseBreached | ResolutionBreached | BreachAnnulled;

type Filed = {
  readonly requestId: RequestId;
  readonly details: FiledDetails;
  readonly severity: { readonly impact: Impact; readonly assignedAt: Instant };
  readonly obligations: readonly Obligation[];
  readonly pauses: readonly Pause[];
  readonly escalations: readonly Omit<Escalated['data'], 'requestId'>[];
  /** When the language was last changed. */
  readonly languageSince?: Instant;
  /** Requests that were merged into this one. */
  readonly absorbed?: readonly RequestId[];
  /** Set when this one is the duplicate. */
  readonly mergedInto?: RequestId;
};

export type OpenRequest = Filed & { readonly status: 'new' | 'waitingOnPartner' | 'waitingOnCustomer' | 'escalated' };
export type SettledRequest = Filed & { readonly status: 'resolved' | 'closed' };

export type NoRequest = { readonly status: 'notFiled' };
export type ServiceRequest = NoRequest | OpenRequest | SettledRequest;
export type FiledRequest = OpenRequest | SettledRequest;

export const notFiled: NoRequest = { status: 'notFiled' };

/** Fraud is for few to see (REQ-12); what a request was filed as never changes. */
export const isRestricted = ({ details }: FiledRequest): boolean => details.issueClass === 'fraud';

export const isSettled = (request: FiledRequest): request is SettledRequest =>
  request.status === 'resolved' || request.status === 'closed';

/** A history that does not begin with the filing, or files twice, is damaged; going on would hide it. */
const damaged = (event: ServiceRequestEvent): never => {
  throw new Error(`The event ${event.type} does not fit the history before it.`);
};

const file = ({ data }: Extract<ServiceRequestEvent, { type: 'RequestFiled' }>): OpenRequest => {
  const { requestId, ...details } = data;
  return {
    status: 'new',
    requestId,
    details,
    // The assignment follows in the same append; until then the request is as mild as can be.
    severity: { impact: 'minimal', assignedAt: details.filedAt },
    obligations: [],
    pauses: [],
    escalations: [],
  };
};

const settle = (request: FiledRequest, status: SettledRequest['status'], at: Instant): SettledRequest => ({
  ...request,
  status,
  obligations: request.obligations.map(suspended(at, at)),
  pauses: isSettled(request) ? request.pauses : [...request.pauses, { from: at, to: null, reason: null }],
});

const resolutionsOf = ({ obligations }: FiledRequest) => obligations.filter(({ kind }) => kind === 'resolution');

const reopen = (request: FiledRequest, at: Instant): FiledRequest => {
  const settledAt = request.pauses.find(({ to, reason }) => to === null && reason === null)?.from ?? at;
  return {
    ...request,
    status: 'waitingOnPartner',
    obligations: request.obligations.map(chainResumed(settledAt, at)),
    pauses: ended(request.pauses, at, ({ reason }) => reason === null),
  };
};

const ended = (pauses: readonly Pause[], at: Instant, ends: (pause: Pause) => boolean): readonly Pause[] =>
  pauses.map((pause) => (pause.to === null && ends(pause) ? { ...pause, to: at } : pause));

const pause = (request: FiledRequest, { reason, pausedAt, recordedAt }: ClockPaused['data']): FiledRequest => {
  const stop = suspended(pausedAt, recordedAt);
  return {
    ...request,
    pauses: [...request.pauses, { from: pausedAt, to: null, reason }],
    obligations: request.obligations.map((obligation) =>
      obligation.pausesOn.includes(reason) ? stop(obligation) : obligation,
    ),
  };
};

const escalate = (request: FiledRequest, { requestId: _, ...escalation }: Escalated['data']): FiledRequest => {
  const { obligation, reason } = escalation;
  const isStep = obligation !== undefined && reason !== 'manual' && reason !== 'vendor';
  const escalations = [...request.escalations, escalation];
  const obligations = isStep
    ? update(request.obligations, [obligation], escalated({ requestId: _, ...escalation }))
    : request.obligations;
  return isSettled(request)
    ? { ...request, escalations, obligations }
    : { ...request, status: 'escalated', escalations, obligations };
};

/** What happened to a promise. */
const evolveObligations = ({ obligations, pauses }: FiledRequest, event: ObligationEvent): readonly Obligation[] => {
  switch (event.type) {
    case 'FirstResponseDue':
    case 'NextResponseDue':
    case 'ResolutionDue':
      return promised(obligations, event.data);
    case 'DeadlineApproaching':
      return update(obligations, [event.data], warned(event.data));
    case 'ResponseBreached':
    case 'ResolutionBreached':
      return update(obligations, [event.data], missed(event.data, pauses));
    case 'BreachAnnulled': {
      const { reason, evidence, annulledAt } = event.data;
      const annulment = { reason, evidence, annulledAt };
      return update(obligations, [event.data], (obligation) => ({ ...obligation, state: 'annulled', annulment }));
    }
  }
};

/** The state of a request that was filed after one more event. */
export const evolveFiled = (request: FiledRequest, event: LaterEvent): FiledRequest => {
  switch (event.type) {
    case 'SeverityAssigned':
      return { ...request, severity: { impact: event.data.impact, assignedAt: event.data.assignedAt } };
    case 'FirstResponseDue':
    case 'NextResponseDue':
    case 'ResolutionDue':
    case 'DeadlineApproaching':
    case 'ResponseBreached':
    case 'ResolutionBreached':
    case 'BreachAnnulled':
      return { ...request, obligations: evolveObligations(request, event) };
    case 'FirstResponseGiven':
    case 'ResponseGiven':
      return {
        ...request,
        status: isSettled(request) ? request.status : 'waitingOnCustomer',
        obligations: update(
          request.obligations,
          event.data.answers,
          answered(event.data.respondedAt, event.data.answers),
        ),
      }; // spreading widens the pair of status and situation that the union keeps apart
    case 'Escalated':
      return escalate(request, event.data);
    case 'ClockPaused':
      return pause(request, event.data);
    case 'ClockResumed': {
      const { reasons, resumedAt } = event.data;
      const resumes = ({ reason }: Pause): boolean => reason !== null && reasons.includes(reason);
      return { ...request, pauses: ended(request.pauses, resumedAt, resumes) };
    }
    case 'LanguageChanged': {
      const { preferredSupportLanguage, changedAt } = event.data;
      return { ...request, languageSince: changedAt, details: { ...request.details, preferredSupportLanguage } };
    }
    case 'NoteAdded':
    case 'ObligationReevaluated': // the new deadline that comes with it says all
      return request;
    case 'RequestResolved': {
      const { resolvedAt, resolves } = event.data;
      const obligations = update(request.obligations, resolutionsOf(request), answered(resolvedAt, resolves));
      return settle({ ...request, obligations }, 'resolved', resolvedAt);
    }
    case 'RequestClosed':
      return settle(request, 'closed', event.data.closedAt);
    case 'RequestReopened':
      return reopen(request, event.data.reopenedAt);
    case 'DuplicateAbsorbed':
      return { ...request, absorbed: [...(request.absorbed ?? []), event.data.duplicateId] };
    case 'RequestMerged':
      return { ...settle(request, 'closed', event.data.mergedAt), mergedInto: event.data.into };
  }
};

/** The state after one more event. Exhaustive on purpose: a new event that is forgotten here does not compile. */
export const evolve = (request: ServiceRequest, event: ServiceRequestEvent): ServiceRequest => {
  if (event.type === 'RequestFiled') return request.status === 'notFiled' ? file(event) : damaged(event);
  return request.status === 'notFiled' ? damaged(event) : evolveFiled(request, event);
};
