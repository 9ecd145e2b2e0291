import type { DomainEvent, Instant } from '#kernel';
import type { CalendarDefinition } from './calendar-definition.js';
import type { PolicyDefinition } from './policy-definition.js';

/** Each publication is a new version; earlier ones stay what the promises made under them refer to (R10). */
export type PolicyPublished = DomainEvent<
  'SlaPolicyPublished',
  { policyId: string; version: number; publishedAt: Instant; definition: PolicyDefinition }
>;
export type CalendarPublished = DomainEvent<
  'CalendarPublished',
  { calendarId: string; version: number; publishedAt: Instant; definition: CalendarDefinition }
>;
