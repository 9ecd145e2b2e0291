import { type AggregateType, EventCodec } from '#aggregates';
import type { ServiceRequestEvent } from './domain/service-request.events.js';
import { evolve, notFiled, type ServiceRequest } from './domain/service-request.state.js';

const codec = new EventCodec<ServiceRequestEvent>({
  RequestFiled: [],
  SeverityAssigned: [],
  FirstResponseDue: [],
  NextResponseDue: [],
  FirstResponseGiven: [],
  ResponseGiven: [],
  ResponseBreached: [],
  Escalated: [],
  NoteAdded: [],
  RequestResolved: [],
  RequestClosed: [],
  RequestReopened: [],
});

export const serviceRequestType: AggregateType<ServiceRequest, ServiceRequestEvent> = {
  category: 'serviceRequest',
  initial: notFiled,
  evolve,
  codec,
};
