import { DomainError, type Instant } from '#kernel';
import { BUILT_IN_CALENDARS } from './built-in.js';
import type { CalendarDefinition } from './calendar-definition.js';
import { editionOf, type Published } from './definition.js';
import {
  assertNoErrors,
  assertNotBuiltIn,
  calendarErrors,
  effectiveErrors,
  type PromisedBudget,
} from './publication.js';
import type { HolidaysImported } from './service-level.events.js';

export interface ImportHolidays {
  readonly calendarId: string;
  /** Local dates between `from` and `to`. */
  readonly dates: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly skippedEvents: number;
  readonly effectiveFrom?: Instant | undefined;
  /** What policies promise on it. */
  readonly promised: readonly PromisedBudget[];
  readonly now: Instant;
}

/** Adds to the newest version; dates that it has already are no news. */
export const importHolidays = (
  { calendarId, dates, from, to, skippedEvents, promised, now, effectiveFrom = now }: ImportHolidays,
  published: Published<CalendarDefinition>,
): readonly HolidaysImported[] => {
  assertNotBuiltIn('calendar', calendarId, BUILT_IN_CALENDARS);
  const newest = editionOf(calendarId, published);
  if (newest === undefined)
    throw new DomainError('not-found', 'calendar-not-found', 'There is no calendar with this id. Publish it first.');
  const known = new Set(newest.definition.holidays);
  const added = [...new Set(dates)].filter((date) => !known.has(date)).sort();
  const holidays = [...known, ...added];
  const definition = { ...newest.definition, holidays };
  assertNoErrors([...calendarErrors(definition, effectiveFrom, promised), ...effectiveErrors(effectiveFrom, now)]);
  if (added.length === 0) return [];
  const publication = { version: newest.version + 1, publishedAt: now, effectiveFrom };
  return [{ type: 'HolidaysImported', data: { calendarId, ...publication, from, to, dates: added, skippedEvents } }];
};
