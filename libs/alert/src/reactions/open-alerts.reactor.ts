import type { EventStore, RecordedEvent } from '#event-store';
import { type Clock, type CommandId, type CommandMeta, derivedUuid } from '#kernel';
import type { ReactionCheckpoint } from '#read-store';
import {
  type DeadlineApproaching,
  type Escalated,
  type FiledRequest,
  type ResolutionBreached,
  type ResponseBreached,
  type ServiceRequestEvent,
  serviceRequestType,
  type ServiceRequestStore,
} from '#service-request';
import { type AlertFacts, openAlert } from '../domain/alert.js';
import type { AlertStore } from '../alert.store.js';

const TYPES: readonly ServiceRequestEvent['type'][] = [
  'DeadlineApproaching',
  'ResponseBreached',
  'ResolutionBreached',
  'Escalated',
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
  if (event.type === 'ResponseBreached' || event.type === 'ResolutionBreached') return breachOf(event);
  return event.type === 'Escalated' && event.data.reason !== 'breach' ? escalationOf(event) : undefined;
};

/** One alert for all warnings of a promise; any other fact has its own. */
const alertIdOf = ({ stream, id }: RecordedEvent, { kind, obligation }: AlertCause): string =>
  kind === 'approaching' && obligation !== undefined
    ? derivedUuid('approaching-alert', `${stream}/${obligation.kind}/${obligation.cycle}`)
    : derivedUuid('alert', id);

/** Whoever is told first of a miss of this promise is told that it comes. */
const firstToldOf = ({ obligations }: FiledRequest, { obligation: key }: AlertCause): string =>
  obligations.find(({ kind, cycle }) => kind === key?.kind && cycle === key.cycle)?.escalation[0]?.to ?? 'duty-manager';

/** A deadline that comes near, a broken promise or an escalation opens one alert, however often it is delivered: the alert's id follows from the event's. */
export class OpenAlertsReactor {
  constructor(
    private readonly events: EventStore,
    private readonly requests: ServiceRequestStore,
    private readonly alerts: AlertStore,
    private readonly clock: Clock,
  ) {}

  /** Follows the store until aborted. */
  async run(checkpoint: ReactionCheckpoint, signal: AbortSignal): Promise<void> {
    const after = await checkpoint.load();
    for await (const batch of this.events.subscribe({
      ...(after === undefined ? {} : { after }),
      types: TYPES,
      signal,
    })) {
      await Promise.all(batch.events.map((event) => this.#react(event)));
      await checkpoint.save(batch.position);
    }
  }

  async #react(recorded: RecordedEvent): Promise<void> {
    const event = serviceRequestType.codec.decode(recorded);
    const cause = causeOf(event);
    if (cause === undefined) return;
    const { tenantId, correlationId } = recorded.meta;
    const isThere = ({ revision }: { readonly revision: bigint }): boolean => revision >= recorded.revision;
    const request = (await this.requests.find(tenantId, event.data.requestId, isThere))?.state;
    if (request === undefined || request.status === 'notFiled')
      throw new Error(`The stream ${recorded.stream} has a ${event.type} but was never filed.`);
    const { details, severity } = request;
    const alertId = alertIdOf(recorded, cause);
    const meta: CommandMeta = {
      commandId: derivedUuid('open-alert', recorded.id) as CommandId,
      correlationId,
      causationId: recorded.id,
      tenantId,
      actor: { id: 'open-alerts', role: 'system', kind: 'system' },
    };
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
    await this.alerts.change(alertId, meta, (alert) => openAlert(facts, alert), { isNew: true });
  }
}
