export { BUILT_IN_CALENDARS } from './domain/built-in.js';
export type { CalendarDefinition } from './domain/calendar-definition.js';
export { calendarType, type Edition, editionOf, inForce, policyType, type Published } from './domain/definition.js';
export { DURATION, durationToMs } from './domain/duration.js';
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
export type { CalendarEvent, PolicyPublished } from './domain/service-level.events.js';
export { policyErrors } from './domain/publish-policy.js';
export { MOST_WINDOWS } from './domain/most-windows.js';
export { type Quote, quote, type Quoted } from './domain/quote.js';
export { type RuleFinding, ruleFindings } from './domain/rule-findings.js';
export { HolidayReader } from './holidays/holiday-reader.js';
export { CalendarStore, PolicyStore } from './service-level.stores.js';
export { PromisedBudgets } from './promised-budgets.js';
export { type Catalogued, type DefinitionSource, SlaCatalogue } from './sla-catalogue.js';
export type { EscalationStep, Pinned, PinnedCalendar, Terms } from './terms.js';
export { type DefinitionSummary, ServiceLevelQueries } from './read-models/service-level.queries.js';
export { type ServiceLevelSchema, serviceLevelsProjection } from './read-models/service-levels.projection.js';
export { TZDATA } from './tzdata.js';
