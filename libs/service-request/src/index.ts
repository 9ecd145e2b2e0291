export { AddNoteCommand } from './commands/add-note/add-note.command.js';
export { AddNoteHandler } from './commands/add-note/add-note.handler.js';
export { ChangeSeverityCommand } from './commands/change-severity/change-severity.command.js';
export { ChangeSeverityHandler } from './commands/change-severity/change-severity.handler.js';
export { CloseRequestCommand } from './commands/close-request/close-request.command.js';
export { CloseRequestHandler } from './commands/close-request/close-request.handler.js';
export { EscalateIfOverdueCommand } from './commands/escalate-if-overdue/escalate-if-overdue.command.js';
export { EscalateIfOverdueHandler } from './commands/escalate-if-overdue/escalate-if-overdue.handler.js';
export { EscalateRequestCommand } from './commands/escalate-request/escalate-request.command.js';
export { EscalateRequestHandler } from './commands/escalate-request/escalate-request.handler.js';
export { FileRequestCommand, type FileRequestInput } from './commands/file-request/file-request.command.js';
export { FileRequestHandler } from './commands/file-request/file-request.handler.js';
export { GiveResponseCommand } from './commands/give-response/give-response.command.js';
export { GiveResponseHandler } from './commands/give-response/give-response.handler.js';
export { ReopenRequestCommand } from './commands/reopen-request/reopen-request.command.js';
export { ReopenRequestHandler } from './commands/reopen-request/reopen-request.handler.js';
export { RequestCommand } from './commands/request-command.js';
export { ResolveRequestCommand } from './commands/resolve-request/resolve-request.command.js';
export { ResolveRequestHandler } from './commands/resolve-request/resolve-request.handler.js';
export type {
  ObligationKey,
  ResponseBreached,
  Escalated,
  ServiceRequestEvent,
} from './domain/service-request.events.js';
export { type FiledRequest, notFiled, type Obligation, type ServiceRequest } from './domain/service-request.state.js';
export { PinnedTerms } from './pinned-terms.js';
export { requestView, type RequestView } from './read-models/request-view.js';
export type { ServiceRequestSchema } from './read-models/schema.js';
export {
  type DeadlineFilter,
  type Keyset,
  type RequestFilter,
  ServiceRequestQueries,
} from './read-models/service-request.queries.js';
export { serviceRequestsProjection } from './read-models/service-requests.projection.js';
export { ServiceRequestStore } from './service-request.store.js';
export { serviceRequestType } from './service-request.type.js';
export { askIfOverdue, DeadlineTimers, SWEEP_EVERY_MS } from './timers/deadline-timers.js';
