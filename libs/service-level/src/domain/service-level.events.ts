import type { DomainEvent, Instant } from '#kernel';
import type { CalendarDefinition } from './calendar-definition.js';
import type { PolicyDefinition } from './policy-definition.js';

/** When a version was published, and from when on new promises are made under it: never from before its publication. */
type Publication = { version: number; publishedAt: Instant; effectiveFrom: Instant };

/** Each publication is a new version; earlier ones stay what the promises made under them refer to (R10). */
export type PolicyPublished = DomainEvent<
  'SlaPolicyPublished',
  Publication & { policyId: string; definition: PolicyDefinition }
>;
export type CalendarPublished = DomainEvent<
  'CalendarPublished',
  Publication & { calendarId: string; definition: CalendarDefinition }
>;

/**
 * A new version that adds the holidays of an iCalendar file to the version before. What its rules came to between the
 * local dates `from` and `to` is recorded as dates, so that reading it again needs neither the file nor the day it was read on.
 */
export type HolidaysImported = DomainEvent<
  'HolidaysImported',
  Publication & {
    calendarId: string;
    from: string;
    to: string;
    /** Those that the calendar did not have. */
    dates: readonly string[];
    /** Events that were left out: not of whole days, or cancelled. */
    skippedEvents: number;
  }
>;

export type CalendarEvent = CalendarPublished | HolidaysImported;
