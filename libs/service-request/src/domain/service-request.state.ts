import type { Instant, RequestId } from '#kernel';
import type { Impact } from '#service-level';
import type {
  Escalated,
  FiledDetails,
  ObligationKey,
  ResponsePromise,
  ServiceRequestEvent,
} from './service-request.events.js';

/** When the clock stood still; `to` is null while it still does (R7). */
export type Pause = { readonly from: Instant; readonly to: Instant | null };

export type Breach = { readonly dueAt: Instant; readonly detectedAt: Instant; readonly severity: Impact };

/** One promise and what became of it. `answered late` stays `open` until its breach is recorded. */
export type Obligation = Omit<ResponsePromise, 'requestId'> & {
  readonly state: 'open' | 'paused' | 'met' | 'breached' | 'annulled';
  /** Only while paused: when it was due, so that what was left then is left again (R7). */
  readonly dueBeforePause?: Instant;
  readonly respondedAt?: Instant;
  readonly breach?: Breach;
};

type Filed = {
  readonly requestId: RequestId;
  readonly details: FiledDetails;
  readonly severity: { readonly impact: Impact; readonly assignedAt: Instant };
  readonly obligations: readonly Obligation[];
  readonly pauses: readonly Pause[];
  readonly escalations: readonly Omit<Escalated['data'], 'requestId'>[];
};

export type OpenRequest = Filed & { readonly status: 'new' | 'waitingOnPartner' | 'waitingOnCustomer' | 'escalated' };
export type SettledRequest = Filed & { readonly status: 'resolved' | 'closed' };

export type NoRequest = { readonly status: 'notFiled' };
export type ServiceRequest = NoRequest | OpenRequest | SettledRequest;
export type FiledRequest = OpenRequest | SettledRequest;

export const notFiled: NoRequest = { status: 'notFiled' };

export const isSettled = (request: FiledRequest): request is SettledRequest =>
  request.status === 'resolved' || request.status === 'closed';

export const sameObligation = (a: ObligationKey, b: ObligationKey): boolean => a.kind === b.kind && a.cycle === b.cycle;

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

const update = (
  obligations: readonly Obligation[],
  keys: readonly ObligationKey[],
  change: (obligation: Obligation) => Obligation,
): readonly Obligation[] =>
  obligations.map((obligation) =>
    keys.some((key) => sameObligation(key, obligation)) ? change(obligation) : obligation,
  );

const promised = (request: FiledRequest, { requestId: _, ...promise }: ResponsePromise): readonly Obligation[] => {
  const known = request.obligations.find((obligation) => sameObligation(obligation, promise));
  if (known === undefined) return [...request.obligations, { ...promise, state: 'open' }];
  const { dueBeforePause: __, ...kept } = known;
  const next: Obligation = { ...kept, ...promise, state: known.state === 'breached' ? 'breached' : 'open' };
  return update(request.obligations, [promise], () => next);
};

const answered =
  (respondedAt: Instant) =>
  (obligation: Obligation): Obligation => {
    if (obligation.respondedAt !== undefined) return obligation;
    const due = obligation.serviceLevelAgreement.expirationTime;
    const met = obligation.state === 'paused' || (obligation.state === 'open' && due !== null && respondedAt <= due);
    return { ...obligation, respondedAt, state: met ? 'met' : obligation.state };
  };

/** While a request is settled no time is counted: the promise waits (E41). One that is overdue already stays so. */
const suspended = (obligations: readonly Obligation[], at: Instant): readonly Obligation[] =>
  obligations.map((obligation) => {
    const { startTime, slaMinutes, expirationTime } = obligation.serviceLevelAgreement;
    if (obligation.state !== 'open' || expirationTime === null || expirationTime < at) return obligation;
    return {
      ...obligation,
      state: 'paused',
      dueBeforePause: expirationTime,
      serviceLevelAgreement: { startTime, slaMinutes, expirationTime: null },
    };
  });

const settle = (request: FiledRequest, status: SettledRequest['status'], at: Instant): SettledRequest => ({
  ...request,
  status,
  obligations: suspended(request.obligations, at),
  pauses: isSettled(request) ? request.pauses : [...request.pauses, { from: at, to: null }],
});

const evolveFiled = (
  request: FiledRequest,
  event: Exclude<ServiceRequestEvent, { type: 'RequestFiled' }>,
): FiledRequest => {
  switch (event.type) {
    case 'SeverityAssigned':
      return { ...request, severity: { impact: event.data.impact, assignedAt: event.data.assignedAt } };
    case 'FirstResponseDue':
    case 'NextResponseDue':
      return { ...request, obligations: promised(request, event.data) };
    case 'FirstResponseGiven':
    case 'ResponseGiven':
      return {
        ...request,
        status: isSettled(request) ? request.status : 'waitingOnCustomer',
        obligations: update(request.obligations, event.data.answers, answered(event.data.respondedAt)),
      }; // spreading widens the pair of status and situation that the union keeps apart
    case 'ResponseBreached': {
      const { dueAt, detectedAt, severity } = event.data;
      return {
        ...request,
        obligations: update(request.obligations, [event.data], (obligation) => ({
          ...obligation,
          state: 'breached',
          breach: { dueAt, detectedAt, severity },
        })),
      };
    }
    case 'Escalated': {
      const { requestId: _, ...escalation } = event.data;
      const escalations = [...request.escalations, escalation];
      return isSettled(request) ? { ...request, escalations } : { ...request, status: 'escalated', escalations };
    }
    case 'NoteAdded':
      return request;
    case 'RequestResolved':
      return settle(request, 'resolved', event.data.resolvedAt);
    case 'RequestClosed':
      return settle(request, 'closed', event.data.closedAt);
    case 'RequestReopened':
      return {
        ...request,
        status: 'waitingOnPartner',
        pauses: request.pauses.map((pause) => ({ ...pause, to: pause.to ?? event.data.reopenedAt })),
      };
  }
};

/** The state after one more event. Exhaustive on purpose: a new event that is forgotten here does not compile. */
export const evolve = (request: ServiceRequest, event: ServiceRequestEvent): ServiceRequest => {
  if (event.type === 'RequestFiled') return request.status === 'notFiled' ? file(event) : damaged(event);
  return request.status === 'notFiled' ? damaged(event) : evolveFiled(request, event);
};
