import type { EventStore, RecordedEvent } from '#event-store';
import { type Clock, type CommandId, type CommandMeta, derivedUuid, type TraceContext, traceOf } from '#kernel';
import {
  type DeadlineApproaching,
  type Escalated,
  type FiledRequest,
  isPromise,
  type ObligationKey,
  type PromiseDue,
  type ResolutionBreached,
  type ResponseBreached,
  type ServiceRequestEvent,
  serviceRequestType,
  type ServiceRequestStore,
} from '#service-request';
import { type AlertFacts, type AlertResolved, moveAlert, openAlert, resolveAlert } from '../domain/alert.js';
import type { AlertStore } from '../alert.store.js';

const PROMISES = [
  'FirstResponseDue',
  'NextResponseDue',
  'ResolutionDue',
] as const satisfies readonly PromiseDue['type'][];

const TYPES: readonly ServiceRequestEvent['type'][] = [
  ...PROMISES,
  'DeadlineApproaching',
  'ClockPaused',
  'ResponseBreached',
  'ResolutionBreached',
  'Escalated',
  'FirstResponseGiven',
  'ResponseGiven',
  'RequestResolved',
  'RequestClosed',
  'RequestMerged',
];

type AlertCause = Pick<AlertFacts, 'kind' | 'dueAt' | 'detectedAt' | 'respondedAt'> &
  Partial<Pick<AlertFacts, 'severity' | 'to' | 'obligation' | 'deadlineRevision' | 'percent'>>;

const approachOf = ({ data }: DeadlineApproaching): AlertCause => {
  const { kind, cycle, revision, percent, dueAt, noticedAt, severity } = data;
  const deadline = { obligation: { kind, cycle }, deadlineRevision: revision, percent };
  return { kind: 'approaching', dueAt, detectedAt: noticedAt, respondedAt: null, severity, ...deadline };
};

const breachOf = ({ data }: ResponseBreached | ResolutionBreached): AlertCause => {
  const { kind, cycle, dueAt, detectedAt, respondedAt, severity } = data;
  return { kind: 'breach', dueAt, detectedAt, respondedAt, severity, obligation: { kind, cycle } };
};

const escalationOf = ({ data: { escalatedAt, to, obligation } }: Escalated): AlertCause => {
  const told = { kind: 'escalation', dueAt: null, detectedAt: escalatedAt, respondedAt: null, to } as const;
  return obligation === undefined ? told : { ...told, obligation };
};

/** The escalation that comes with a breach is told by the breach's own alert. */
const causeOf = (event: ServiceRequestEvent): AlertCause | undefined => {
  if (event.type === 'DeadlineApproaching') return approachOf(event);
  // What was missed before its ticket came here is told to nobody.
  if (event.type === 'ResponseBreached' || event.type === 'ResolutionBreached')
    return event.data.cause === 'import' ? undefined : breachOf(event);
  return event.type === 'Escalated' && event.data.reason !== 'breach' ? escalationOf(event) : undefined;
};

/** One alert for all warnings of a promise; any other fact has its own. */
const alertIdOf = ({ stream, id }: RecordedEvent, { kind, obligation }: AlertCause): string =>
  kind === 'approaching' && obligation !== undefined
    ? approachingAlertId(stream, obligation)
    : derivedUuid('alert', id);

const approachingAlertId = (stream: string, { kind, cycle }: NonNullable<AlertFacts['obligation']>): string =>
  derivedUuid('approaching-alert', `${stream}/${kind}/${cycle}`);

type Ending = { readonly because: AlertResolved['data']['because']; readonly of: readonly ObligationKey[] };

/** The promises of which an event ends the approach. */
const endingOf = (event: ServiceRequestEvent, { obligations }: FiledRequest): Ending | undefined => {
  const { type, data } = event;
  if (type === 'FirstResponseGiven' || type === 'ResponseGiven') return { because: 'answered', of: data.answers };
  if (type === 'ResponseBreached' || type === 'ResolutionBreached') return { because: 'missed', of: [data] };
  if (type === 'RequestResolved' || type === 'RequestClosed' || type === 'RequestMerged')
    return { because: 'settled', of: obligations };
  // One that has run on since is as near as its newer deadline, which comes later, says.
  if (type === 'ClockPaused') return { because: 'moved', of: obligations.filter(({ state }) => state === 'paused') };
  return undefined;
};

/** Whoever is told first of a miss of this promise is told that it comes. */
const firstToldOf = ({ obligations }: FiledRequest, { obligation: key }: AlertCause): string =>
  obligations.find(({ kind, cycle }) => kind === key?.kind && cycle === key.cycle)?.escalation[0]?.to ?? 'duty-manager';

const metaOf = ({ id, meta }: RecordedEvent, commandId: string, trace: TraceContext): CommandMeta => ({
  commandId: commandId as CommandId,
  correlationId: meta.correlationId,
  causationId: id,
  ...trace,
  tenantId: meta.tenantId,
  actor: { id: 'open-alerts', role: 'system', kind: 'system' },
});

/**
 * A deadline that comes near, a broken promise or an escalation opens one alert, however often it is delivered: the
 * alert's id follows from the event's. What was to come and came, or will not come, or not soon any more, resolves its
 * alert.
 */
export class OpenAlertsReactor {
  readonly name = 'open-alerts';
  readonly types = TYPES;

  constructor(
    private readonly events: EventStore,
    private readonly requests: ServiceRequestStore,
    private readonly alerts: AlertStore,
    private readonly clock: Clock,
  ) {}

  /** Nobody was warned yet of what is promised for the first time, which every filing does. */
  readonly concerns = ({ type, data }: RecordedEvent): boolean =>
    !(PROMISES.some((promise) => promise === type) && data['revision'] === 1);

  /** Delivered twice, an event has no further effect. */
  async react(events: readonly RecordedEvent[]): Promise<void> {
    // What happened to one request is told in its order: an alert that ends was opened before.
    const streams = new Map<string, RecordedEvent[]>();
    for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
    await Promise.all([...streams.values()].map((ofOne) => this.#reactInOrder(ofOne)));
  }

  async #reactInOrder(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) await this.#react(event);
  }

  async #react(recorded: RecordedEvent): Promise<void> {
    const event = serviceRequestType.codec.decode(recorded);
    const isThere = ({ revision }: { readonly revision: bigint }): boolean => revision >= recorded.revision;
    const request = (await this.requests.find(recorded.meta.tenantId, event.data.requestId, isThere))?.state;
    if (request === undefined || request.status === 'notFiled')
      throw new Error(`The stream ${recorded.stream} has a ${event.type} but was never filed.`);
    const cause = causeOf(event);
    if (cause !== undefined) await this.#open(recorded, request, cause);
    const ending = endingOf(event, request);
    if (ending !== undefined) await this.#resolve(recorded, ending);
    if (isPromise(event)) await this.#move(recorded, request, event);
  }

  async #open(recorded: RecordedEvent, request: FiledRequest, cause: AlertCause): Promise<void> {
    const { details, severity } = request;
    const alertId = alertIdOf(recorded, cause);
    const facts: AlertFacts = {
      ...cause,
      to: cause.to ?? firstToldOf(request, cause),
      alertId,
      serviceRequestId: request.requestId,
      severity: cause.severity ?? severity.impact,
      number: details.number,
      title: details.title,
      customerId: details.customerId,
      openedAt: this.clock.now(),
    };
    const meta = metaOf(recorded, derivedUuid('open-alert', recorded.id), await this.#traceOf(recorded));
    await this.alerts.change(alertId, meta, (alert) => openAlert(facts, alert), { isNew: true });
  }

  /** That of the cause; what a timer found has none, and goes on with that of the filing. */
  async #traceOf({ stream, meta }: RecordedEvent): Promise<TraceContext> {
    if (meta.traceparent !== undefined) return traceOf(meta);
    const [filed] = await this.events.readStream(stream, { limit: 1 });
    return filed === undefined ? {} : traceOf(filed.meta);
  }

  /** What has happened since to a promise with this deadline is told by an event of its own. */
  async #move(recorded: RecordedEvent, { obligations }: FiledRequest, { data }: PromiseDue): Promise<void> {
    const { kind, cycle, revision, warnings, serviceLevelAgreement } = data;
    const isAsPromised = obligations.some(
      (one) =>
        one.kind === kind &&
        one.cycle === cycle &&
        one.revision === revision &&
        one.state === 'open' &&
        one.respondedAt === undefined &&
        one.warned === undefined,
    );
    const isToldAtOnce = warnings.some(({ at }) => at <= recorded.recordedAt);
    const alertId = approachingAlertId(recorded.stream, data);
    if (!isAsPromised || isToldAtOnce || !(await this.alerts.exists(recorded.meta.tenantId, alertId))) return;
    const ahead = warnings.map(({ percent }) => percent);
    const moved = { ahead, deadlineRevision: revision, dueAt: serviceLevelAgreement.expirationTime };
    const meta = metaOf(recorded, derivedUuid('move-alert', recorded.id, alertId), traceOf(recorded.meta));
    await this.alerts.change(alertId, meta, (alert) => moveAlert({ ...moved, now: this.clock.now() }, alert));
  }

  /** Most promises are kept before anybody is warned. */
  async #resolve(recorded: RecordedEvent, { because, of }: Ending): Promise<void> {
    for (const obligation of of) {
      const alertId = approachingAlertId(recorded.stream, obligation);
      if (!(await this.alerts.exists(recorded.meta.tenantId, alertId))) continue;
      const meta = metaOf(recorded, derivedUuid('resolve-alert', recorded.id, alertId), traceOf(recorded.meta));
      await this.alerts.change(alertId, meta, (alert) => resolveAlert({ because, now: this.clock.now() }, alert));
    }
  }
}
