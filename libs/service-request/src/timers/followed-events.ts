import { evolveRecorded } from '#aggregates';
import type { EventStore, RecordedEvent } from '#event-store';
import type { Timer } from '#job-queue';
import { promised } from '../domain/obligation.state.js';
import { isPromise } from '../domain/promise.js';
import type { PromiseDue, ServiceRequestEvent } from '../domain/service-request.events.js';
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

type Followed = Pick<RecordedEvent, 'stream' | 'meta'>;

const timersOfPromise = ({ data }: PromiseDue, { meta: { tenantId } }: Followed, reach: Reach): readonly Timer[] =>
  promised([], data).flatMap((obligation) => timersOf({ tenantId, requestId: data.requestId, obligation }, reach));

/** What steps of escalation bring depends on what came before; the events that bring some are rare. */
const timersOfRequest = async (
  { stream, meta: { tenantId } }: Followed,
  reach: Reach,
  store: EventStore,
): Promise<readonly Timer[]> => {
  const history = await store.readStream(stream);
  const request = history.reduce<ServiceRequest>(
    (state, event) => evolveRecorded(serviceRequestType, state, event),
    serviceRequestType.initial,
  );
  if (request.status === 'notFiled') return [];
  const { requestId, obligations } = request;
  return obligations.flatMap((obligation) => timersOf({ tenantId, requestId, obligation }, reach, isSettled(request)));
};

const startsStepsAnew = (event: ServiceRequestEvent): boolean =>
  event.type === 'RequestReopened' || (event.type === 'Escalated' && event.data.reason === 'severityUpgrade');

/**
 * The timers within reach that events have brought; those that are not {@link FOLLOWED} bring none.
 *
 * @param store where the history of a request is read, if that is needed: once for all its events
 * @param onTrouble told of each event that is of a newer version, and of each history that cannot be read
 */
export const timersBroughtBy = async (
  events: readonly RecordedEvent[],
  reach: Reach,
  store: EventStore,
  onTrouble: (error: unknown) => void,
): Promise<readonly Timer[]> => {
  const timers: Timer[] = [];
  const startedAnew = new Map<string, RecordedEvent>();
  const attempt = async (look: () => readonly Timer[] | Promise<readonly Timer[]>): Promise<void> => {
    try {
      timers.push(...(await look()));
    } catch (error) {
      onTrouble(error);
    }
  };
  for (const recorded of events)
    if (FOLLOWED.some((type) => type === recorded.type))
      await attempt(() => {
        const event = serviceRequestType.codec.decode(recorded);
        if (startsStepsAnew(event)) startedAnew.set(recorded.stream, recorded);
        return isPromise(event) ? timersOfPromise(event, recorded, reach) : [];
      });
  for (const recorded of startedAnew.values()) await attempt(() => timersOfRequest(recorded, reach, store));
  return timers;
};
