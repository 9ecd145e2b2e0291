import { type FieldError, quoted, requiredField } from '#kernel';
import { WEEKDAYS } from './calendar.js';
import { overlapErrors, type PlacedWindow, readWindows } from './validate-windows.js';
import { DAY_MS, parseDate } from './wall-time.js';
import { canonicalZoneId } from './zone.js';

/** Of holidays, and of overrides. */
export const MAX_DATES = 20_000;

type JsonRecord = { readonly [key: string]: unknown };

/**
 * Everything that is wrong with a calendar, all at once; empty when it may be used. `holidays` and `overrides` may be
 * missing, further fields are not looked at.
 *
 * @param pointer where the calendar stands in the body
 */
export const validateCalendar = (input: unknown, pointer = '#'): readonly FieldError[] => {
  if (!isRecord(input)) return [{ pointer, code: 'invalid-type', detail: 'A calendar is an object.' }];
  const { timeZone, week, holidays = [], overrides = {} } = input;
  return [
    ...zoneErrors(timeZone, `${pointer}/timeZone`),
    ...weekErrors(week, `${pointer}/week`),
    ...holidayErrors(holidays, `${pointer}/holidays`),
    ...overrideErrors(overrides, `${pointer}/overrides`),
    ...neverOpenErrors(week, overrides, `${pointer}/week`),
  ];
};

const zoneErrors = (value: unknown, pointer: string): readonly FieldError[] => {
  if (value === undefined) return [requiredField(pointer, 'timeZone', 'must be an IANA id such as Asia/Seoul')];
  const isText = typeof value === 'string';
  if (isText && canonicalZoneId(value) !== undefined) return [];
  const detail = 'A time zone is an IANA id such as Asia/Seoul';
  return [
    {
      pointer,
      code: 'unknown-time-zone',
      detail: isText ? `${detail}; none is named ${quoted(value)}.` : `${detail}.`,
    },
  ];
};

const weekErrors = (value: unknown, pointer: string): readonly FieldError[] => {
  if (value === undefined)
    return [
      requiredField(pointer, 'week', 'must be an object of weekdays 1 (Monday) to 7, each a list of [start, end]'),
    ];
  if (!isRecord(value))
    return [{ pointer, code: 'invalid-type', detail: 'A week is an object of weekdays 1 (Monday) to 7.' }];
  const errors: FieldError[] = [];
  const placed: PlacedWindow[] = [];
  for (const [weekday, windows] of Object.entries(value)) {
    const at = `${pointer}/${escaped(weekday)}`;
    const index = WEEKDAYS.findIndex((known) => known === weekday);
    if (index < 0) errors.push({ pointer: at, code: 'unknown-weekday', detail: 'A weekday is 1 (Monday) to 7.' });
    else placed.push(...readWindows(windows, at, index * DAY_MS, errors));
  }
  return [...errors, ...overlapErrors(placed, WEEKDAYS.length * DAY_MS)];
};

const holidayErrors = (value: unknown, pointer: string): readonly FieldError[] => {
  if (!Array.isArray(value)) return [{ pointer, code: 'invalid-type', detail: 'Holidays are a list of dates.' }];
  if (value.length > MAX_DATES) return [tooMany(pointer)];
  return value.flatMap((date: unknown, index) => (isDate(date) ? [] : noDate(`${pointer}/${index}`)));
};

const overrideErrors = (value: unknown, pointer: string): readonly FieldError[] => {
  if (!isRecord(value)) return [{ pointer, code: 'invalid-type', detail: 'Overrides are an object of dates.' }];
  if (Object.keys(value).length > MAX_DATES) return [tooMany(pointer)];
  return Object.entries(value).flatMap(([date, windows]) => {
    const isKnown = isDate(date);
    const at = `${pointer}/${isKnown ? date : escaped(date)}`;
    const errors: FieldError[] = isKnown ? [] : [noDate(at)];
    const placed = readWindows(windows, at, 0, errors);
    return [...errors, ...overlapErrors(placed, Infinity)];
  });
};

/** R13: a calendar that never opens is refused. */
const neverOpenErrors = (week: unknown, overrides: unknown, pointer: string): readonly FieldError[] =>
  isRecord(week) && isRecord(overrides) && [week, overrides].every((days) => Object.values(days).every(isEmptyList))
    ? [{ pointer, code: 'never-open', detail: 'A calendar has at least one open window.' }]
    : [];

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isDate = (value: unknown): boolean => typeof value === 'string' && parseDate(value) !== undefined;

const noDate = (pointer: string): FieldError => ({
  pointer,
  code: 'invalid-date',
  detail: 'A date is an existing day, written YYYY-MM-DD.',
});

const tooMany = (pointer: string): FieldError => ({
  pointer,
  code: 'too-many',
  detail: `At most ${MAX_DATES} dates are allowed.`,
});

/** A key as a part of a URI fragment JSON pointer; half a surrogate pair has no URI form. */
const escaped = (key: string): string =>
  encodeURIComponent(key.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'));
