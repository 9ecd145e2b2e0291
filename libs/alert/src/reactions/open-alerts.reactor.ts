import type { EventStore, Position, RecordedEvent } from '#event-store';
import { type Clock, type CommandId, type CommandMeta, derivedUuid } from '#kernel';
import { type ServiceRequestEvent, serviceRequestType, type ServiceRequestStore } from '#service-request';
import { type AlertFacts, openAlert } from '../domain/alert.js';
import type { AlertStore } from '../alert.store.js';

/** Where the reaction has got to; saving it late only repeats what has no effect. */
export interface ReactionCheckpoint {
  load(): Promise<Position | undefined>;
  save(position: Position): Promise<void>;
}

const TYPES: readonly ServiceRequestEvent['type'][] = ['ResponseBreached', 'Escalated'];

type AlertCause = Pick<AlertFacts, 'kind' | 'dueAt' | 'detectedAt' | 'respondedAt' | 'to'> & {
  readonly severity?: string;
};

/** The escalation that comes with a breach is told by the breach's own alert. */
const causeOf = (event: ServiceRequestEvent): AlertCause | undefined => {
  if (event.type === 'ResponseBreached') {
    const { dueAt, detectedAt, respondedAt, severity } = event.data;
    return { kind: 'breach', dueAt, detectedAt, respondedAt, severity, to: '' };
  }
  if (event.type !== 'Escalated' || event.data.reason === 'breach') return undefined;
  const { escalatedAt, to } = event.data;
  return { kind: 'escalation', dueAt: null, detectedAt: escalatedAt, respondedAt: null, to };
};

/** A broken promise or an escalation opens one alert, however often it is delivered: the alert's id follows from the event's. */
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
    const { details, severity, obligations } = request;
    const alertId = derivedUuid('alert', recorded.id);
    const meta: CommandMeta = {
      commandId: derivedUuid('open-alert', recorded.id) as CommandId,
      correlationId,
      causationId: recorded.id,
      tenantId,
      actor: { id: 'open-alerts', role: 'system', kind: 'system' },
    };
    const facts: AlertFacts = {
      ...cause,
      to: cause.kind === 'breach' ? (obligations[0]?.escalateTo ?? 'duty-manager') : cause.to,
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
