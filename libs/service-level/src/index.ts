export { BUILT_IN_CALENDARS, BUILT_IN_POLICIES, BUILT_IN_VERSION } from './domain/built-in.js';
export type { CalendarDefinition } from './domain/calendar-definition.js';
export { calendarType, policyType, type Published } from './domain/definition.js';
export { durationToMs } from './domain/duration.js';
export {
  firstFit,
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
export { publishCalendar, type PublishCalendar, publishPolicy, type PublishPolicy } from './domain/publish.js';
export type { CalendarPublished, PolicyPublished } from './domain/service-level.events.js';
export { type Edition, SlaCatalogue } from './sla-catalogue.js';
export type { Pinned, Terms } from './terms.js';
