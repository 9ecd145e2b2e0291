import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { DomainError, type FieldError } from '#kernel';
import { isRecord } from './fields.js';

const CODES: Readonly<Record<string, string>> = { isDefined: 'required' };

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The pointer to a field, whatever its name; `parent` is the pointer to what it belongs to, e.g. `#/calendars`. */
export const pointerTo = (parent: string, name: string): string =>
  `${parent}/${encodeURIComponent(name.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'))}`;

/** What is wrong with a field that nobody asked for. */
export const unknownField = (parent: string, name: string): FieldError => ({
  pointer: pointerTo(parent, name),
  code: 'unknown-field',
  detail: 'There is no such field.',
});

const flatten = (errors: readonly ValidationError[], parent = '#'): FieldError[] =>
  errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const pointer = pointerTo(parent, property);
    const own = Object.entries(constraints).map(([name, message]): FieldError =>
      name === 'whitelistValidation'
        ? unknownField(parent, property)
        : { pointer, code: CODES[name] ?? kebab(name), detail: `${message}.` },
    );
    return [...own, ...flatten(children, pointer)];
  });

/** A class that also has rules across or inside fields which decorators cannot say. */
interface SelfChecking {
  alsoCheck(): readonly FieldError[];
}

/** Names that an object inherits (`constructor`, `toString`, a method of its class) would pass as known, and be dropped without a word. */
const inheritedNames = (value: unknown, parent: string, prototype: object = Object.prototype): readonly FieldError[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, field]) => {
        const isInherited = name in prototype;
        if (!isInherited && typeof field !== 'object') return []; // thousands of dates need no pointer
        return isInherited ? [unknownField(parent, name)] : inheritedNames(field, pointerTo(parent, name));
      });

/** More than any class here knows; what follows costs time for each. */
const MOST_NAMES = 100;
/** Dates are names there, and the calendar's own rules bound how many. */
const WIDE = 'overrides';

/** The way to the first object with more names than anything here has; undefined when there is none. */
const wayToWide = (value: unknown, name?: string): readonly string[] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  if (entries.length > MOST_NAMES && !Array.isArray(value) && name !== WIDE) return [];
  for (const [key, field] of entries) {
    const way = wayToWide(field, key);
    if (way !== undefined) return [key, ...way];
  }
  return undefined;
};

/** Telling what is wrong with thousands of fields would keep all others waiting. */
const tooWide = (sent: object): readonly FieldError[] => {
  const way = wayToWide(sent);
  if (way === undefined) return [];
  const detail = `At most ${MOST_NAMES} fields are allowed here.`;
  return [{ pointer: way.reduce(pointerTo, '#'), code: 'too-many-fields', detail }];
};

const NO_OBJECT: FieldError = { pointer: '#', code: 'object', detail: 'This is not a JSON object.' };

/**
 * What was sent as an instance of its class, and all that is wrong with it.
 *
 * @param shape a class with the decorators of class-validator; with a method `alsoCheck`, its errors count too
 */
const examined = <Shape extends object>(
  shape: new () => Shape,
  sent: object,
): { readonly value: Shape; readonly errors: readonly FieldError[] } => {
  const wide = tooWide(sent);
  if (wide.length > 0) return { value: new shape(), errors: wide };
  const value = plainToInstance(shape, sent);
  // The class's own: what was sent may have a field of that name.
  const prototype = shape.prototype as Partial<SelfChecking>;
  const { alsoCheck } = prototype;
  const errors = [
    ...inheritedNames(sent, '#', prototype),
    ...flatten(validateSync(value, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true })),
    ...(alsoCheck?.call(value) ?? []),
  ];
  return { value, errors };
};

/** The errors of a part, with pointers as the whole has them. `at` is where the part is, e.g. `#/calendars/seoul`. */
export const errorsOf = (shape: new () => object, sent: unknown, at: string): readonly FieldError[] =>
  (isRecord(sent) ? examined(shape, sent).errors : [NO_OBJECT]).map((error) => ({
    ...error,
    pointer: `${at}${error.pointer.slice(1)}`,
  }));

/**
 * Turns what was sent into an instance of its class.
 * @throws DomainError `invalid` with every error at once
 */
export const validated = <Shape extends object>(shape: new () => Shape, sent: unknown): Shape => {
  if (!isRecord(sent)) throw new DomainError('invalid', 'validation', 'Send a JSON object.', { errors: [NO_OBJECT] });
  const { value, errors } = examined(shape, sent);
  const fields = new Set(errors.map(({ pointer }) => pointer)).size;
  if (fields > 0)
    throw new DomainError(
      'invalid',
      'validation',
      fields === 1 ? 'One field is wrong.' : `${fields} fields are wrong.`,
      { errors },
    );
  return value;
};
