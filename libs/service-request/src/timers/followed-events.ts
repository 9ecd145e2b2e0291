import { evolveRecorded } from '#aggregates';
import type { EventStore, RecordedEvent } from '#event-store';
import type { Timer } from '#job-queue';
import { promised } from '../domain/obligation.state.js';
import { isPromise } from '../domain/promise.js';
import type { ServiceRequestEvent } from '../domain/service-request.events.js';
import { isSettled, type ServiceRequest } from '../domain/service-request.state.js';
import { serviceRequestType } from '../service-request.type.js';
import { type Reach, timersOf } from './deadline-timer.js';

/**
 * The events after which there may be an instant to ask at that there was not before: a deadline, and the steps of
 * escalation that start anew (E29) or go on (E41). All others only take instants away.
 */
export const FOLLOWED = [
  'FirstResponseDue',
  'NextResponseDue',
  'ResolutionDue',
  'Escalated',
  'RequestReopened',
] as const satisfies readonly ServiceRequestEvent['type'][];

/** What steps of escalation bring depends on what came before; the events that bring some are rare. */
const timersOfRequest = async (
  events: EventStore,
  { stream, meta: { tenantId } }: RecordedEvent,
  reach: Reach,
): Promise<readonly Timer[]> => {
  const history = await events.readStream(stream);
  const request = history.reduce<ServiceRequest>(
    (state, event) => evolveRecorded(serviceRequestType, state, event),
    serviceRequestType.initial,
  );
  if (request.status === 'notFiled') return [];
  const { requestId, obligations } = request;
  return obligations.flatMap((obligation) => timersOf({ tenantId, requestId, obligation }, reach, isSettled(request)));
};

/**
 * The timers within reach that an event has brought; one that is not {@link FOLLOWED} brings none.
 *
 * @param events where the request's history is read, if that is needed
 * @throws whatever the codec throws at an event of a newer version
 */
export const timersBroughtBy = async (
  recorded: RecordedEvent,
  reach: Reach,
  events: EventStore,
): Promise<readonly Timer[]> => {
  if (!FOLLOWED.some((type) => type === recorded.type)) return [];
  const { tenantId } = recorded.meta;
  const event = serviceRequestType.codec.decode(recorded);
  if (isPromise(event)) {
    const { requestId } = event.data;
    return promised([], event.data).flatMap((obligation) => timersOf({ tenantId, requestId, obligation }, reach));
  }
  const startsStepsAnew =
    event.type === 'RequestReopened' || (event.type === 'Escalated' && event.data.reason === 'severityUpgrade');
  return startsStepsAnew ? timersOfRequest(events, recorded, reach) : [];
};
