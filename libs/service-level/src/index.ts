export type { CalendarDefinition } from './domain/calendar-definition.js';
export { calendarType, policyType, type Published } from './domain/definition.js';
export {
  type Impact,
  IMPACTS,
  INCIDENT_TYPES,
  ISSUE_CLASSES,
  OBLIGATION_KINDS,
  type ObligationKind,
  type PolicyDefinition,
  type PolicyRule,
  type RequestFacts,
  type RuleCondition,
} from './domain/policy-definition.js';

export type { CalendarPublished, PolicyPublished } from './domain/service-level.events.js';
export { PublishCalendarCommand } from './commands/publish-calendar/publish-calendar.command.js';
export { PublishCalendarHandler } from './commands/publish-calendar/publish-calendar.handler.js';
export { PublishPolicyCommand } from './commands/publish-policy/publish-policy.command.js';
export { PublishPolicyHandler } from './commands/publish-policy/publish-policy.handler.js';
export { CalendarStore, PolicyStore } from './service-level.stores.js';
export { type Edition, SlaCatalogue } from './sla-catalogue.js';
export type { Pinned, Terms } from './terms.js';
