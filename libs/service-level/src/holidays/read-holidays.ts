import { type FieldError, type Instant, instantFromMs, instantToMs } from '#kernel';
import { type AllDayEvent, readICalendar } from './icalendar.codec.js';
import type { HolidayFinding } from './left-out-events.js';
import { type DateRange, occurrencesOf, ruleErrors } from './occurrences.js';

const DAY_MS = 86_400_000;
/** Rules that never end are followed this far. */
const YEARS_BACK = 1;
const YEARS_AHEAD = 10;
/** Twelve times the days of the range: who covers each that often does not mean holidays. */
const MAX_COVERED_DAYS = 50_000;

export type HolidaysRead = { readonly leftOut: readonly HolidayFinding[] } & (
  | { readonly errors: readonly FieldError[] }
  | (DateRange & {
      readonly errors?: never;
      /** In order, each once. */
      readonly dates: readonly string[];
      /** Events that are not of whole days, or cancelled. */
      readonly skippedEvents: number;
    })
);

/** The local dates from a year before to ten years after the day of an instant. */
const importRange = (now: Instant): DateRange => {
  const shifted = (years: number): string =>
    `${Number(now.slice(0, 4)) + years}${now.slice(4, 10)}`.replace('-02-29', '-02-28');
  return { from: shifted(-YEARS_BACK), to: shifted(YEARS_AHEAD) };
};

/** An occurrence that another event replaces is that event's, also when that one is called off. */
const withoutReplaced = (events: readonly AllDayEvent[]): readonly AllDayEvent[] => {
  const replaced = new Map<string, string[]>();
  for (const { uid, replaces } of events)
    if (uid !== undefined && replaces !== undefined) replaced.set(uid, [...(replaced.get(uid) ?? []), replaces]);
  const standing = events.filter(({ cancelled }) => !cancelled);
  return standing.map((event) =>
    event.replaces === undefined && event.uid !== undefined
      ? { ...event, notOn: [...event.notOn, ...(replaced.get(event.uid) ?? [])] }
      : event,
  );
};

const coveredDays = (startsOn: string, days: number): readonly string[] => {
  const startMs = instantToMs(`${startsOn}T00:00:00.000Z` as Instant);
  return Array.from({ length: days }, (_, day) => instantFromMs(startMs + day * DAY_MS).slice(0, 10));
};

const datesOf = (events: readonly AllDayEvent[], range: DateRange, errors: FieldError[]): readonly string[] => {
  const dates = new Set<string>();
  let coveredDaysLeft = MAX_COVERED_DAYS;
  for (const event of events) {
    const starts = occurrencesOf(event, range);
    if ((coveredDaysLeft -= starts.length * event.days) < 0) {
      const detail = `All events together cover more than ${MAX_COVERED_DAYS} days.`;
      errors.push({ pointer: event.pointer, code: 'too-many-days', detail });
    }
    if (coveredDaysLeft < 0) break;
    const covered = starts.flatMap((startsOn) => coveredDays(startsOn, event.days));
    for (const date of covered) if (date >= range.from && date <= range.to) dates.add(date);
  }
  return [...dates].sort();
};

/** The holidays of an iCalendar file, or everything that is wrong with it. The work is bounded, whatever the file says. */
export const readHolidays = (text: string, now: Instant): HolidaysRead => {
  const { events, leftOut, skipped, errors: unread } = readICalendar(text);
  const range = importRange(now);
  const work = { periods: 0 };
  const errors = [...unread, ...events.flatMap((event) => ruleErrors(event, range, work))];
  const dates = errors.length > 0 ? [] : datesOf(withoutReplaced(events), range, errors);
  if (errors.length > 0) return { errors, leftOut };
  if (dates.length === 0) {
    const none = `The file has no event of whole days between ${range.from} and ${range.to}.`;
    const detail = [none, ...leftOut.map((finding) => finding.detail)].join(' ');
    return { errors: [{ pointer: '#/events', code: 'no-holidays', detail }], leftOut };
  }
  return { ...range, dates, skippedEvents: skipped, leftOut };
};
