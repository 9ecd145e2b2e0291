import { IsInt, Min } from 'class-validator';
import { type Pause, validateCalendar } from '#business-time';
import { type FieldError, instantToMs } from '#kernel';
import type { Quote } from '#service-level';
import { Described } from './described.js';
import {
  check,
  instantErrors,
  IsId,
  isInstantText,
  IsInstantText,
  isRecord,
  Optional,
  OptionalText,
  toInstant,
} from './fields.js';
import { Nested } from './nested.js';
import { OpenHoursBody } from './service-level.bodies.js';
import { unknownField } from './pointers.js';

/** About what a body of 256 KiB holds. */
const MAX_PAUSES = 5_000;
/** Beyond, every zone's clocks would have to be looked up on the way; null is how a pause has no end. */
const LONGEST_YEARS = 50;
const LONGEST_MS = LONGEST_YEARS * 366 * 86_400_000;

const msOf = (minutes: number): number => Math.round(minutes * 60_000);

const IsMinutes = check(
  'minutes',
  'must be a number of minutes above zero, for example 120 or 0.5, and is counted to the millisecond',
  (value) => typeof value === 'number' && Number.isSafeInteger(msOf(value)) && msOf(value) > 0,
  { type: 'number', exclusiveMinimum: 0 },
);

/** As {@link CalendarBody}, but nobody will look for it by its name, nor is it ever published. */
class QuotedCalendarBody extends OpenHoursBody {
  @OptionalText(200)
  displayName?: string;
}

const pauseErrors = (pause: unknown, pointer: string, startMs: number): readonly FieldError[] => {
  if (!isRecord(pause)) return [{ pointer, code: 'object', detail: 'A pause is a JSON object with from and to.' }];
  const { from, to, ...others } = pause;
  const errors = [
    ...instantErrors(from, `${pointer}/from`, 'from'),
    ...(to === null ? [] : instantErrors(to, `${pointer}/to`, 'to')),
    ...Object.keys(others).map((name) => unknownField(pointer, name)),
  ];
  if (errors.length > 0 || typeof from !== 'string' || typeof to !== 'string') return errors;
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (toMs < fromMs) return [{ pointer: `${pointer}/to`, code: 'reversed', detail: 'A pause ends after it begins.' }];
  if (toMs - startMs > LONGEST_MS)
    return [
      {
        pointer: `${pointer}/to`,
        code: 'too-late',
        detail: `A pause ends within ${LONGEST_YEARS} years of startTime. Send null for one without an end.`,
      },
    ];
  return [];
};

const pausesErrors = (pauses: unknown, startTime: unknown): readonly FieldError[] => {
  if (!Array.isArray(pauses)) return [{ pointer: '#/pauses', code: 'is-array', detail: 'Pauses are a list.' }];
  if (pauses.length > MAX_PAUSES)
    return [{ pointer: '#/pauses', code: 'too-many', detail: `At most ${MAX_PAUSES} pauses are allowed.` }];
  const startMs = isInstantText(startTime) ? instantToMs(toInstant(startTime)) : NaN;
  return pauses.flatMap((pause: unknown, index) => pauseErrors(pause, `#/pauses/${index}`, startMs));
};

const PAUSE = {
  type: 'object',
  properties: {
    from: { type: 'string', format: 'date-time' },
    to: { type: ['string', 'null'], format: 'date-time' },
  },
  required: ['from', 'to'],
  additionalProperties: false,
};

export class QuoteBody {
  @Optional()
  @Nested(QuotedCalendarBody)
  calendar?: QuotedCalendarBody;

  @Optional()
  @IsId()
  calendarId?: string;

  /** Of `calendarId`; when left out, the version in force at the start. */
  @Optional()
  @IsInt()
  @Min(1)
  calendarVersion?: number;

  @IsInstantText()
  startTime!: string;

  @IsMinutes()
  slaMinutes!: number;

  // Looked at by hand: a decorator for each of thousands would take longer than the answer.
  /** When the clock stands; `to` is null for a pause without an end. */
  @Described(() => ({ type: 'array', maxItems: MAX_PAUSES, items: PAUSE }))
  pauses: readonly { readonly from: string; readonly to: string | null }[] = [];

  alsoCheck(): readonly FieldError[] {
    const { calendar, calendarId, calendarVersion, pauses, startTime } = this;
    const isOne = (calendar === undefined) !== (calendarId === undefined);
    const detail = 'Send calendar or calendarId: one of them, not both.';
    return [
      ...(isOne ? [] : [{ pointer: '#/calendar', code: 'one-of', detail }]),
      ...(calendarId === undefined && calendarVersion !== undefined
        ? [{ pointer: '#/calendarVersion', code: 'one-of', detail: 'A version belongs to a calendarId.' }]
        : []),
      ...(isRecord(calendar) ? validateCalendar(calendar, '#/calendar') : []),
      ...pausesErrors(pauses, startTime),
    ];
  }
}

/** What is asked for, on whichever calendar. */
export const quoteOf = ({ startTime, slaMinutes, pauses }: QuoteBody): Omit<Quote, 'calendar'> => ({
  startTime: toInstant(startTime),
  budgetMs: msOf(slaMinutes),
  pauses: pauses.map(({ from, to }): Pause => ({ from: toInstant(from), to: to === null ? null : toInstant(to) })),
});
