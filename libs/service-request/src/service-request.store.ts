import { AggregateStore } from '#aggregates';
import type { EventStore } from '#event-store';
import type { Clock } from '#kernel';
import type { ServiceRequestEvent } from './domain/service-request.events.js';
import type { ServiceRequest } from './domain/service-request.state.js';
import { serviceRequestType } from './service-request.type.js';

export class ServiceRequestStore extends AggregateStore<ServiceRequest, ServiceRequestEvent> {
  constructor(events: EventStore, clock: Clock) {
    super(serviceRequestType, events, clock);
  }
}
