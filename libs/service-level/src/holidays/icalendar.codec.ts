import ICAL from 'ical.js';
import { parseDate } from '#business-time';
import type { FieldError } from '#kernel';

/** A whole-day event of an iCalendar file (RFC 5545). Dates are local, `YYYY-MM-DD`. */
export interface AllDayEvent {
  /** Where it stands in the file, as in `#/events/3`. */
  readonly pointer: string;
  readonly uid: string | undefined;
  readonly startsOn: string;
  /** How many days in a row. */
  readonly days: number;
  /** As in the file, e.g. `FREQ=YEARLY;BYMONTH=11;BYDAY=4TH`. */
  readonly rules: readonly string[];
  readonly alsoOn: readonly string[];
  readonly notOn: readonly string[];
  /** The occurrence of another event with this uid that it replaces. */
  readonly replaces: string | undefined;
  /** Called off: it covers no day, and the occurrence that it replaces is called off too. */
  readonly cancelled: boolean;
}

/** RFC 7265: name, parameters, type, values. */
type Property = readonly [name: string, parameters: Readonly<Record<string, unknown>>, type: string, ...unknown[]];
type Component = readonly [name: string, properties: readonly Property[], components: readonly Component[]];

export interface ReadFile {
  readonly events: readonly AllDayEvent[];
  /** Events that are not of whole days, or cancelled. */
  readonly skipped: number;
  readonly errors: readonly FieldError[];
}

/** A year of school holidays is one event; what is longer is hardly a holiday. */
const MAX_DAYS = 366;

const wrong = (pointer: string, code: string, detail: string): FieldError => ({ pointer, code, detail });

/** Rules stay as they are written: the parser would mend INTERVAL=0 and COUNT=0 without a word. */
Object.assign(ICAL.design.icalendar.value, { recur: {} });

/** The calendars of a file, which may hold several (RFC 5545, 3.4). */
const parse = (text: string): readonly Component[] => {
  try {
    const parsed: unknown = ICAL.parse(text.replace(/^\uFEFF/, ''));
    if (!Array.isArray(parsed)) return [];
    // One is given as it is, several as a list; a file that has none parses to an empty one.
    const roots = (typeof parsed[0] === 'string' ? [parsed] : parsed) as readonly Component[];
    return roots.every(([name]) => name === 'vcalendar') ? roots : [];
  } catch {
    return [];
  }
};

const isDate = (value: unknown): value is string => typeof value === 'string' && parseDate(value) !== undefined;

/** Reads one event's properties; what is wrong with them is added to `errors`. */
class EventReader {
  constructor(
    private readonly properties: readonly Property[],
    private readonly pointer: string,
    private readonly errors: FieldError[],
  ) {}

  text(name: string): string | undefined {
    const value = this.#values(name)[0];
    return typeof value === 'string' ? value : undefined;
  }

  get isAllDay(): boolean {
    return this.#named('dtstart')[0]?.[2] === 'date';
  }

  dates(name: string): readonly string[] {
    return this.#values(name).flatMap((value) => {
      if (isDate(value)) return [value];
      this.#refuse(name, 'invalid-date', 'Give an existing day, as in VALUE=DATE:20261225.');
      return [];
    });
  }

  /** The end is the first day that does not belong to it. */
  days(startsOn: string): number {
    const [endsBefore] = this.dates('dtend');
    const duration = this.text('duration');
    const days =
      endsBefore === undefined ? this.#daysOf(duration) : (parseDate(endsBefore) ?? NaN) - (parseDate(startsOn) ?? NaN);
    if (days >= 1 && days <= MAX_DAYS) return days;
    this.#refuse(endsBefore === undefined ? 'duration' : 'dtend', 'length', `An event lasts 1 to ${MAX_DAYS} days.`);
    return 1;
  }

  replaces(): string | undefined {
    if (this.#named('recurrence-id').some(([, parameters]) => 'range' in parameters))
      this.#refuse('recurrence-id', 'unsupported-range', 'Replace one occurrence at a time, without RANGE.');
    return this.dates('recurrence-id')[0];
  }

  rules(): readonly string[] {
    if (this.#named('exrule').length > 0)
      this.#refuse(
        'exrule',
        'unsupported-rule',
        'Name the days that a rule leaves out as EXDATE: RFC 5545 has no EXRULE.',
      );
    return this.#values('rrule').map(String);
  }

  #daysOf(duration: string | undefined): number {
    if (duration === undefined) return 1;
    const [, weeks, days] = /^P(?:(\d{1,3})W|(\d{1,4})D)$/.exec(duration) ?? [];
    return weeks === undefined ? Number(days) : Number(weeks) * 7;
  }

  #refuse(name: string, code: string, detail: string): void {
    this.errors.push(wrong(`${this.pointer}/${name}`, code, detail));
  }

  #named(name: string): readonly Property[] {
    return this.properties.filter((property) => property[0] === name);
  }

  #values(name: string): readonly unknown[] {
    return this.#named(name).flatMap(([, , , ...values]) => values);
  }
}

const readEvent = (properties: readonly Property[], pointer: string, errors: FieldError[]): AllDayEvent | undefined => {
  const event = new EventReader(properties, pointer, errors);
  if (!event.isAllDay) return undefined;
  const [startsOn] = event.dates('dtstart');
  const replaces = event.replaces();
  const cancelled = event.text('status')?.toUpperCase() === 'CANCELLED';
  const fields = { alsoOn: event.dates('rdate'), notOn: event.dates('exdate'), rules: event.rules() };
  if (startsOn === undefined) return undefined;
  return { pointer, uid: event.text('uid'), startsOn, days: event.days(startsOn), ...fields, replaces, cancelled };
};

const isCancellation = ([, properties]: Component): boolean =>
  properties.some(([name, , , value]) => name === 'method' && String(value).toUpperCase() === 'CANCEL');

const NOT_ICALENDAR = wrong(
  '#',
  'not-icalendar',
  'Send an iCalendar file (RFC 5545): BEGIN:VCALENDAR, events, END:VCALENDAR.',
);
const CANCELS = wrong(
  '#/method',
  'cancellation',
  'The file calls its events off (METHOD:CANCEL), and an import takes no holiday away. Publish the calendar without them.',
);

/** What of an iCalendar file can be holidays. Never throws: a file that is none is an error as well. */
export const readICalendar = (text: string): ReadFile => {
  const calendars = parse(text);
  if (calendars.length === 0) return { events: [], skipped: 0, errors: [NOT_ICALENDAR] };
  if (calendars.some(isCancellation)) return { events: [], skipped: 0, errors: [CANCELS] };
  const errors: FieldError[] = [];
  const vevents = calendars.flatMap(([, , components]) => components).filter(([name]) => name === 'vevent');
  const events = vevents.flatMap(([, properties], index) => readEvent(properties, `#/events/${index}`, errors) ?? []);
  const counting = events.filter(({ cancelled }) => !cancelled);
  return { events, skipped: vevents.length - counting.length, errors };
};
