import { parseDate } from '#business-time';
import type { FieldError } from '#kernel';
import type { HolidayFinding } from './left-out-events.js';

/** RFC 7265: name, parameters, type, values. */
export type Property = readonly [
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  type: string,
  ...unknown[],
];

/** A year of school holidays is one event; what is longer is hardly a holiday. */
const MAX_DAYS = 366;

const isDate = (value: unknown): value is string => typeof value === 'string' && parseDate(value) !== undefined;

/** Reads one event's properties; what is wrong with them is added to `errors`. */
export class EventReader {
  constructor(
    private readonly properties: readonly Property[],
    private readonly pointer: string,
    private readonly errors: FieldError[],
  ) {}

  text(name: string): string | undefined {
    const value = this.#values(name)[0];
    return typeof value === 'string' ? value : undefined;
  }

  /** Of whole days, or why it is none. */
  get kind(): 'all-day' | HolidayFinding['code'] {
    const start = this.#named('dtstart')[0];
    if (start === undefined) return 'events-without-start';
    return start[2] === 'date' ? 'all-day' : 'timed-events';
  }

  get isCancelled(): boolean {
    return this.text('status')?.toUpperCase() === 'CANCELLED';
  }

  /** The parser takes a start without `VALUE=DATE` for a time, and finds none in it. */
  refuseDayAsTime(): void {
    const [, date] = /^(\d{4}-\d{2}-\d{2})T::$/.exec(this.text('dtstart') ?? '') ?? [];
    if (date === undefined) return;
    const meant = `DTSTART;VALUE=DATE:${date.replaceAll('-', '')}`;
    this.#refuse(
      'dtstart',
      'invalid-date',
      `Without VALUE=DATE it is a time, and has none. Give a whole day as ${meant}.`,
    );
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
    this.errors.push({ pointer: `${this.pointer}/${name}`, code, detail });
  }

  #named(name: string): readonly Property[] {
    return this.properties.filter((property) => property[0] === name);
  }

  #values(name: string): readonly unknown[] {
    return this.#named(name).flatMap(([, , , ...values]) => values);
  }
}
