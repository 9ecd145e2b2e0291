import { type AggregateType, EventCodec, type Upcaster } from '#aggregates';
import type { JsonObject } from '#kernel';
import type { ServiceRequestEvent } from './domain/service-request.events.js';
import { evolve, notFiled, type ServiceRequest } from './domain/service-request.state.js';

/** v1 named one to be told at once, and knew neither pauses by reason nor warnings. */
const oneStepEscalation: Upcaster = ({ escalateTo, ...data }) => ({
  ...data,
  escalation: [{ afterMs: 0, to: escalateTo ?? 'duty-manager' }],
  pausesOn: [],
  warnings: [],
});

/** Before, the version of the zone data alone was kept. */
const noZoneRules: Upcaster = (data) => ({ ...data, zoneRules: null });

/** v1 did not measure how long an answer took. */
const answersUnmeasured: Upcaster = ({ answers, ...data }) => ({
  ...data,
  answers: (answers as readonly JsonObject[]).map((answer) => ({ ...answer, elapsedMs: null, clockStood: false })),
});

const codec = new EventCodec<ServiceRequestEvent>({
  RequestFiled: [],
  SeverityAssigned: [],
  FirstResponseDue: [oneStepEscalation, noZoneRules],
  NextResponseDue: [oneStepEscalation, noZoneRules],
  ResolutionDue: [noZoneRules],
  FirstResponseGiven: [answersUnmeasured],
  ResponseGiven: [answersUnmeasured],
  DeadlineApproaching: [],
  ResponseBreached: [],
  ResolutionBreached: [],
  BreachAnnulled: [],
  ObligationReevaluated: [],
  Escalated: [],
  ClockPaused: [],
  ClockResumed: [],
  LanguageChanged: [(data) => ({ ...data, untilDueMs: null })],
  NoteAdded: [],
  RequestResolved: [(data) => ({ ...data, resolves: [] })],
  RequestClosed: [],
  RequestReopened: [],
  DuplicateAbsorbed: [],
  RequestMerged: [],
});

export const serviceRequestType: AggregateType<ServiceRequest, ServiceRequestEvent> = {
  category: 'serviceRequest',
  initial: notFiled,
  evolve,
  codec,
};
