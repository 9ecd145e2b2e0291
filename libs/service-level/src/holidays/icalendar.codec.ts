import ICAL from 'ical.js';
import type { FieldError } from '#kernel';
import { EventReader, type Property } from './event-reader.js';
import { type HolidayFinding, LeftOutEvents } from './left-out-events.js';

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

type Component = readonly [name: string, properties: readonly Property[], components: readonly Component[]];

export interface ReadFile {
  readonly events: readonly AllDayEvent[];
  /** What somebody may have meant to be a holiday; not what is cancelled. */
  readonly leftOut: readonly HolidayFinding[];
  /** Events that are not of whole days, or cancelled. */
  readonly skipped: number;
  readonly errors: readonly FieldError[];
}

const refuse = (pointer: string, code: string, detail: string): FieldError => ({ pointer, code, detail });

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

const allDayEvent = (event: EventReader, pointer: string): AllDayEvent | undefined => {
  const [startsOn] = event.dates('dtstart');
  const replaces = event.replaces();
  const fields = { alsoOn: event.dates('rdate'), notOn: event.dates('exdate'), rules: event.rules() };
  if (startsOn === undefined) return undefined;
  const days = event.days(startsOn);
  return { pointer, uid: event.text('uid'), startsOn, days, ...fields, replaces, cancelled: event.isCancelled };
};

const isCancellation = ([, properties]: Component): boolean =>
  properties.some(([name, , , value]) => name === 'method' && String(value).toUpperCase() === 'CANCEL');

const NOT_ICALENDAR = refuse(
  '#',
  'not-icalendar',
  'Send an iCalendar file (RFC 5545): BEGIN:VCALENDAR, events, END:VCALENDAR.',
);
const CANCELS = refuse(
  '#/method',
  'cancellation',
  'The file calls its events off (METHOD:CANCEL), and an import takes no holiday away. Publish the calendar without them.',
);

/** What of an iCalendar file can be holidays. Never throws: a file that is none is an error as well. */
export const readICalendar = (text: string): ReadFile => {
  const calendars = parse(text);
  const refusal = calendars.length === 0 ? NOT_ICALENDAR : calendars.some(isCancellation) ? CANCELS : undefined;
  if (refusal !== undefined) return { events: [], leftOut: [], skipped: 0, errors: [refusal] };
  const errors: FieldError[] = [];
  const leftOut = new LeftOutEvents();
  const vevents = calendars.flatMap(([, , components]) => components).filter(([name]) => name === 'vevent');
  const events = vevents.flatMap(([, properties], index) => {
    const pointer = `#/events/${index}`;
    const event = new EventReader(properties, pointer, errors);
    if (event.kind === 'all-day') return allDayEvent(event, pointer) ?? [];
    event.refuseDayAsTime();
    if (!event.isCancelled) leftOut.add(event.kind, pointer, event.text('summary'));
    return [];
  });
  const counting = events.filter(({ cancelled }) => !cancelled);
  return { events, leftOut: leftOut.findings, skipped: vevents.length - counting.length, errors };
};
