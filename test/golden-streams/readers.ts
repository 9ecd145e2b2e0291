import { apiKeysType, tenantType } from '#access';
import { type AggregateType, COMMAND_HAD_NO_EFFECT, evolveRecorded, type StoredEvent } from '#aggregates';
import { alertType } from '#alert';
import { customerType } from '#customer';
import type { DomainEvent } from '#kernel';
import { rebuildRequestType } from '#read-store';
import { calendarType, policyType } from '#service-level';
import { requestView, type ServiceRequest, serviceRequestType } from '#service-request';

/** What makes a view out of the events of one kind of stream. */
export interface Reader {
  readonly category: string;
  /** Wire names with the newest version of each, e.g. `NoteAdded v1`. */
  readonly newest: readonly string[];
  replay(events: readonly StoredEvent[]): unknown;
}

const readerOf = <State, Event extends DomainEvent>(
  type: AggregateType<State, Event>,
  view: (state: State, revision: number) => unknown = (state) => state,
): Reader => ({
  category: type.category,
  newest: type.codec.types.map((name) => {
    const { schemaVersion } = type.codec.encode({ type: name, data: {} } as Event); // only its version is looked at
    return `${name} v${schemaVersion}`;
  }),
  replay: (events) => {
    const state = events.reduce((before, event) => evolveRecorded(type, before, event), type.initial);
    return view(state, events.length - 1);
  },
});

const asCallersSee = (request: ServiceRequest, revision: number) =>
  request.status === 'notFiled' ? undefined : requestView(request, revision, String(revision + 1));

/** What may stand in any stream. */
export const IN_EVERY_STREAM: readonly string[] = [
  `${COMMAND_HAD_NO_EFFECT.type} v${COMMAND_HAD_NO_EFFECT.schemaVersion}`,
];

/** Every kind of stream there is. */
export const READERS: readonly Reader[] = [
  readerOf(apiKeysType),
  readerOf(alertType),
  readerOf(calendarType),
  readerOf(customerType),
  readerOf(policyType),
  readerOf(rebuildRequestType),
  readerOf(serviceRequestType, asCallersSee),
  readerOf(tenantType),
];
