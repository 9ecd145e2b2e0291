import type { Instant } from '#kernel';
import { BUILT_IN_CALENDARS } from './built-in.js';
import type { CalendarDefinition } from './calendar-definition.js';
import type { Published } from './definition.js';
import {
  assertNoErrors,
  assertNotBuiltIn,
  calendarErrors,
  effectiveErrors,
  type PromisedBudget,
} from './publication.js';
import type { CalendarPublished } from './service-level.events.js';

export interface PublishCalendar {
  readonly calendarId: string;
  readonly definition: CalendarDefinition;
  /** At once when left out. */
  readonly effectiveFrom?: Instant | undefined;
  /** What policies promise on it. */
  readonly promised: readonly PromisedBudget[];
  readonly now: Instant;
}

/** The next version. @throws DomainError `conflict` for a built-in one, `invalid` with every error at once */
export const publishCalendar = (
  { calendarId, definition, now, promised, effectiveFrom = now }: PublishCalendar,
  { versions }: Published<CalendarDefinition>,
): readonly CalendarPublished[] => {
  assertNotBuiltIn('calendar', calendarId, BUILT_IN_CALENDARS);
  assertNoErrors([...calendarErrors(definition, effectiveFrom, promised), ...effectiveErrors(effectiveFrom, now)]);
  const version = versions.length + 1;
  return [{ type: 'CalendarPublished', data: { calendarId, version, publishedAt: now, effectiveFrom, definition } }];
};
