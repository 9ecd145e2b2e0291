import { type Calendar, type CalendarInput, type DayWindow } from './calendar.js';
import { canonicalZoneId } from './zone.js';

/**
 * The one form of all calendars that mean the same as far as spelling goes: zone id as usually written, windows and dates
 * in order, holidays once, closed weekdays left out. Two versions are equal when their JSON is.
 *
 * @param calendar a valid one, see {@link validateCalendar}
 */
export const normalizeCalendar = ({ timeZone, week, holidays = [], overrides = {} }: CalendarInput): Calendar => ({
  timeZone: canonicalZoneId(timeZone) ?? timeZone,
  week: sortedDays(Object.entries(week).filter(([, windows]) => windows.length > 0)),
  holidays: [...new Set(holidays)].sort(),
  overrides: sortedDays(Object.entries(overrides)),
});

const sortedDays = (
  days: readonly (readonly [string, readonly DayWindow[]])[],
): Readonly<Record<string, readonly DayWindow[]>> =>
  Object.fromEntries([...days].sort(byKey).map(([day, windows]) => [day, [...windows].sort(byKey)]));

const byKey = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number =>
  a < b ? -1 : a > b ? 1 : 0;
