export { AddNoteCommand } from './commands/add-note/add-note.command.js';
export { AddNoteHandler } from './commands/add-note/add-note.handler.js';
export { AnnulBreachCommand } from './commands/annul-breach/annul-breach.command.js';
export { AnnulBreachHandler } from './commands/annul-breach/annul-breach.handler.js';
export { ChangeLanguageCommand } from './commands/change-language/change-language.command.js';
export { ChangeLanguageHandler } from './commands/change-language/change-language.handler.js';
export { ChangeSeverityCommand } from './commands/change-severity/change-severity.command.js';
export { ChangeSeverityHandler } from './commands/change-severity/change-severity.handler.js';
export { CheckDeadlineCommand } from './commands/check-deadline/check-deadline.command.js';
export { CheckDeadlineHandler, DEADLINE_CLOCK } from './commands/check-deadline/check-deadline.handler.js';
export { CloseRequestCommand } from './commands/close-request/close-request.command.js';
export { CloseRequestHandler } from './commands/close-request/close-request.handler.js';
export { EscalateRequestCommand } from './commands/escalate-request/escalate-request.command.js';
export { EscalateRequestHandler } from './commands/escalate-request/escalate-request.handler.js';
export { FileRequestCommand, type FileRequestInput } from './commands/file-request/file-request.command.js';
export { FileRequestHandler } from './commands/file-request/file-request.handler.js';
export { GiveResponseCommand } from './commands/give-response/give-response.command.js';
export { GiveResponseHandler } from './commands/give-response/give-response.handler.js';
export { ImportRequestCommand, type ImportRequestInput } from './commands/import-request/import-request.command.js';
export { ImportRequestHandler } from './commands/import-request/import-request.handler.js';
export { MergeRequestCommand } from './commands/merge-request/merge-request.command.js';
export { MergeRequestHandler } from './commands/merge-request/merge-request.handler.js';
export { PauseClockCommand } from './commands/pause-clock/pause-clock.command.js';
export { PauseClockHandler } from './commands/pause-clock/pause-clock.handler.js';
export { ReevaluateObligationCommand } from './commands/reevaluate-obligation/reevaluate-obligation.command.js';
export { ReevaluateObligationHandler } from './commands/reevaluate-obligation/reevaluate-obligation.handler.js';
export { ReopenRequestCommand } from './commands/reopen-request/reopen-request.command.js';
export { ReopenRequestHandler } from './commands/reopen-request/reopen-request.handler.js';
export { RequestCommand } from './commands/request-command.js';
export { ResolveRequestCommand } from './commands/resolve-request/resolve-request.command.js';
export { ResolveRequestHandler } from './commands/resolve-request/resolve-request.handler.js';
export { ResumeClockCommand } from './commands/resume-clock/resume-clock.command.js';
export { ResumeClockHandler } from './commands/resume-clock/resume-clock.handler.js';
export type { DeadlineRule } from './domain/deadline-origin.js';
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
export {
  deadlineId,
  type DeadlineFilter,
  type Keyset,
  type RequestFilter,
  ServiceRequestQueries,
} from './read-models/service-request.queries.js';
export { deadlineRows, serviceRequestsProjection } from './read-models/service-requests.projection.js';
export { ServiceRequestStore } from './service-request.store.js';
export { serviceRequestType } from './service-request.type.js';
export { askAboutDeadline } from './timers/deadline-timer.js';
export { DeadlineTimers, HORIZON_MS, type OwedPromises, type Sweep } from './timers/deadline-timers.js';
export { TimerWatch, WATCHED_MINUTES } from './timers/timer-watch.js';
