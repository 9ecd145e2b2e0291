export { RULES_IN_WORDS } from './domain/explain-deadline.js';
export type { ImportStep } from './domain/import-steps.js';
export type { Obligation } from './domain/obligation.state.js';
export { isPromise } from './domain/promise.js';
export type {
  DeadlineApproaching,
  Escalated,
  ObligationKey,
  PromiseDue,
  ResolutionBreached,
  ResponseBreached,
  ServiceRequestEvent,
} from './domain/service-request.events.js';
export { type FiledRequest, isRestricted, notFiled, type ServiceRequest } from './domain/service-request.state.js';
export { DeadlineExplanations, type ExplainedObligation } from './explanations/deadline-explanations.js';
export { type Budgets, type Grouping, GROUPINGS } from './figures/attainment.js';
export { MOST_GROUPS } from './figures/attainment.queries.js';
export { AttainmentReader } from './figures/attainment-reader.js';
export { isPeriodUnit } from './figures/periods.js';
export { PinnedTerms } from './pinned-terms.js';
export { FinishMergesReactor } from './reactions/finish-merges.reactor.js';
export { obligationView, requestView, type RequestView } from './read-models/request-view.js';
export type { ServiceRequestSchema } from './read-models/schema.js';
export { deadlineId, ServiceRequestQueries } from './read-models/service-request.queries.js';
export { deadlineRows, serviceRequestsProjection } from './read-models/service-requests.projection.js';
export { ServiceRequestStore } from './service-request.store.js';
export { serviceRequestType } from './service-request.type.js';
export { DeadlineTimers, HORIZON_MS, type OwedPromises, type Sweep } from './timers/deadline-timers.js';
export { TimerWatch, WATCHED_MINUTES } from './timers/timer-watch.js';
