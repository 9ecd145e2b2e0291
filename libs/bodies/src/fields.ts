import { applyDecorators } from '@nestjs/common';
import {
  ArrayMaxSize,
  ArrayMinSize,
  isEmail,
  isFQDN,
  IsArray,
  IsInt,
  IsString,
  Length,
  Max,
  Min,
  registerDecorator,
  ValidateIf,
  type ValidationOptions,
} from 'class-validator';
import { LRUCache } from 'lru-cache';
import { type FieldError, type Instant, instantFromMs, quoted, requiredField } from '#kernel';
import { DURATION, durationToMs } from '#service-level';
import type { FieldSchema } from './described.js';
import { Converted } from './marks.js';

const MOST_POLICIES = 5;
// Letters, digits and . _ - only: an id stands in addresses, stream names and logs.
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;
// Everything below a space but tab, line feed and carriage return; DEL; the second control block.
const CONTROLS = '\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F';
const CONTROL = new RegExp(`[${CONTROLS}]`);

/**
 * A decorator for a property; `message` goes on after the property's name.
 * @param schema as much of the test as a JSON Schema can say
 */
export const check =
  (
    name: string,
    message: string | ((value: unknown) => string),
    test: (value: unknown) => boolean,
    schema: FieldSchema = {},
  ) =>
  ({ each = false }: { readonly each?: boolean } = {}): PropertyDecorator =>
  (target, property) => {
    const words = typeof message === 'string' ? () => message : message;
    const options: ValidationOptions = { each, message: ({ value }) => `${String(property)} ${words(value)}` };
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      constraints: [schema],
      options,
      validator: { validate: test },
    });
  };

/** The library's own compares each with all before it: seconds, for what a body holds. */
export const NothingTwice = check(
  'arrayUnique',
  'must not name anything twice',
  (value) => Array.isArray(value) && new Set(value).size === value.length,
  { uniqueItems: true },
);

const isCleanText = (value: unknown): boolean =>
  typeof value !== 'string' || (value.isWellFormed() && !CONTROL.test(value));

const CleanText = check('cleanText', 'must be valid Unicode without control characters', isCleanText, {
  pattern: `^[^${CONTROLS}]*[^\\s${CONTROLS}][^${CONTROLS}]*$`,
});

/** The pattern of {@link CleanText} says so too. */
const NotBlank = check('matches', 'must not be blank', (value) => typeof value === 'string' && /\S/.test(value));

/** Human text of bounded length: no control characters, no lone surrogates, not blank. */
export const Text = (max: number, { each = false }: { readonly each?: boolean } = {}): PropertyDecorator =>
  applyDecorators(IsString({ each }), Length(1, max, { each }), NotBlank({ each }), CleanText({ each }));

const isText = (value: unknown): value is string => typeof value === 'string' && isCleanText(value);

/** The library's own throws at a lone surrogate. */
export const IsEmailAddress = check('isEmail', 'must be an email', (value) => isText(value) && isEmail(value), {
  format: 'email',
});

/** The library's own takes a lone surrogate for a letter. */
export const IsDomainName = check('isFqdn', 'must be a valid domain name', (value) => isText(value) && isFQDN(value), {
  format: 'hostname',
});

/** May be left out; null is no way to do so, for it would be recorded. */
export const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** A whole number in a query, where everything comes as text. */
export const NumberText = (min: number, max: number): PropertyDecorator =>
  applyDecorators(
    Converted((value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value)),
    IsInt(),
    Min(min),
    Max(max),
  );

/** The form of a position as an answer gives it. */
export const POSITION = /^\d{1,20}(?:\.\d{1,20})?$/;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON object: not a list, which nested validation would take as well. */
export const IsRecord = check('object', 'must be a JSON object', isRecord, { type: 'object' });

export const OptionalText = (max: number): PropertyDecorator => applyDecorators(Optional(), Text(max));

export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

/** An id that its maker chose. */
export const IsId = check(
  'id',
  'must be 1 to 64 letters, digits, dots, dashes or underscores and begin with a letter or digit',
  isId,
  { type: 'string', pattern: ID.source },
);

/** Several promises at once, one a policy; may be left out. */
export const PolicyIds = (): PropertyDecorator =>
  applyDecorators(
    Optional(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(MOST_POLICIES),
    NothingTwice(),
    IsId({ each: true }),
  );

export const isInstantText = (value: unknown): value is string =>
  typeof value === 'string' && RFC_3339.test(value) && isRealDate(value);

const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * `Date.parse` takes 30 February for 2 March; the calendar day must survive the way there and back. The first and last
 * hours of the years with four digits lie in others' years, depending on the zone.
 */
const isRealDate = (text: string): boolean => {
  const [day, ms] = [text.slice(0, 10), Date.parse(text)];
  const noon = Date.parse(`${day}T12:00:00Z`);
  return ms >= FIRST_MS && ms <= LAST_MS && !Number.isNaN(noon) && instantFromMs(noon).slice(0, 10) === day;
};

const INSTANT_FORM =
  'must be an RFC 3339 instant with a zone, for example 2026-07-13T09:00:00Z or 2026-07-13T18:00:00+09:00';

const INSTANT: FieldSchema = { type: 'string', format: 'date-time', pattern: RFC_3339.source };

export const IsInstantText = check('instant', INSTANT_FORM, isInstantText, INSTANT);

/** For an instant that is checked by hand. */
export const instantErrors = (value: unknown, pointer: string, name: string): readonly FieldError[] => {
  if (value === undefined) return [requiredField(pointer, name, INSTANT_FORM)];
  return isInstantText(value) ? [] : [{ pointer, code: 'instant', detail: `${name} ${INSTANT_FORM}.` }];
};

/** @param text what {@link IsInstantText} let pass */
export const toInstant = (text: string): Instant => instantFromMs(Date.parse(text));

/** @param text as for {@link toInstant}, or left out */
export const toOptionalInstant = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : toInstant(text);

const accepts = (make: () => unknown): boolean => {
  try {
    make();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** Asking Intl costs more than the rest of the check; the values that come are few. */
const remembering = (longest: number, make: (text: string) => unknown) => {
  const known = new LRUCache<string, boolean>({ max: 1_000 });
  return (value: unknown): boolean => {
    if (typeof value !== 'string' || value.length > longest) return false;
    const verdict = known.get(value) ?? accepts(() => make(value));
    known.set(value, verdict);
    return verdict;
  };
};

// Offsets such as +09:00 are zones to Intl, but have no name and no rules.
const isZone = remembering(64, (timeZone) => {
  if (!/^[A-Za-z]/.test(timeZone)) throw new RangeError('not an IANA id');
  return new Intl.DateTimeFormat('en', { timeZone });
});
const isLanguage = remembering(35, (tag) => new Intl.Locale(tag));

const zoneWords = (value: unknown): string =>
  `must be an IANA time zone, for example Asia/Seoul${typeof value === 'string' ? `: there is none named ${quoted(value)}` : ''}`;

export const IsZone = check('timeZone', zoneWords, isZone, {
  type: 'string',
  pattern: '^[A-Za-z]',
  maxLength: 64,
  description: 'An IANA time zone.',
});
export const IsLanguage = check('language', 'must be a BCP 47 language tag, for example en or ko-KR', isLanguage, {
  type: 'string',
  minLength: 2,
  maxLength: 35,
  description: 'A BCP 47 language tag.',
});

export const isDuration = (value: unknown): boolean => typeof value === 'string' && durationToMs(value) !== undefined;

export const IsDuration = check(
  'duration',
  'must be a duration above zero of hours, minutes and seconds, for example PT2H or PT90S',
  isDuration,
  { type: 'string', format: 'duration', pattern: DURATION.source },
);
