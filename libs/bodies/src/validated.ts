import { type FieldError, wrongFields } from '#kernel';
import { examine } from './examine.js';
import { isRecord } from './fields.js';
import type { Shape } from './marks.js';
import { isTooMany } from './too-many.js';

/** A class that also has rules across or inside fields which decorators cannot say. */
interface SelfChecking {
  alsoCheck(): readonly FieldError[];
}

const NO_OBJECT: FieldError = { pointer: '#', code: 'object', detail: 'This is not a JSON object.' };

/**
 * What was sent as an instance of its class, and all that is wrong with it; far too many fields somewhere are told alone.
 *
 * @param shape a class with decorators of class-validator; with a method `alsoCheck`, its errors count too
 */
const examined = <Instance extends object>(
  shape: Shape<Instance>,
  sent: object,
): { readonly value: Instance; readonly errors: readonly FieldError[] } => {
  const { value, errors } = examine(shape, sent, '#');
  const wide = errors.find(isTooMany);
  if (wide !== undefined) return { value, errors: [wide] };
  // The class's own: what was sent may have a field of that name.
  const { alsoCheck } = shape.prototype as Partial<SelfChecking>;
  return { value, errors: [...errors, ...(alsoCheck?.call(value) ?? [])] };
};

/** The errors of a part, with pointers as the whole has them. `at` is where the part is, e.g. `#/calendars/seoul`. */
export const errorsOf = (shape: Shape, sent: unknown, at: string): readonly FieldError[] =>
  (isRecord(sent) ? examined(shape, sent).errors : [NO_OBJECT]).map((error) => ({
    ...error,
    pointer: `${at}${error.pointer.slice(1)}`,
  }));

/**
 * Turns what was sent into an instance of its class.
 * @throws DomainError `invalid` with every error at once, of very many the first
 */
export const validated = <Instance extends object>(shape: Shape<Instance>, sent: unknown): Instance => {
  if (!isRecord(sent)) throw wrongFields([NO_OBJECT]);
  const { value, errors } = examined(shape, sent);
  if (errors.length > 0) throw wrongFields(errors);
  return value;
};
