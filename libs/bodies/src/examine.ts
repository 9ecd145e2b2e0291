import { ARRAY_MAX_SIZE } from 'class-validator';
import { type FieldError, requiredField } from '#kernel';
import { isRecord } from './fields.js';
import { type Check, type Field, fieldsOf } from './fields-of.js';
import type { Shape } from './marks.js';
import { pointerTo, unknownField } from './pointers.js';
import { hasTooMany, tooMany, tooManyIn } from './too-many.js';

interface Examined<Value> {
  readonly value: Value;
  readonly errors: readonly FieldError[];
}

type Values = Record<string, unknown>;
type Part = NonNullable<Field['part']>;

/** Whoever mistypes does so here and there; of many unknown names in one object the others are not guessed. */
const MOST_GUESSES = 3;

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const holds = (check: Check, value: unknown, owner: object): boolean =>
  check.each && Array.isArray(value) ? value.every((one) => check.holds(one, owner)) : check.holds(value, owner);

const errorOf = (check: Check, pointer: string, value: unknown, owner: object): FieldError => ({
  pointer,
  code: kebab(check.name),
  detail: `${check.words(value, owner)}.`,
});

const examinePart = ({ shape, check }: Part, sent: unknown, at: string, owner: object): Examined<unknown> => {
  if (isRecord(sent)) return examine(shape, sent, at);
  const isToldOfTheField = Array.isArray(sent) || sent === undefined;
  return { value: sent, errors: isToldOfTheField ? [] : [errorOf(check, at, sent, owner)] };
};

const examineList = (part: Part, sent: readonly unknown[], at: string, owner: object): Examined<unknown> => {
  const examined = sent.map((one, index) => examinePart(part, one, `${at}/${index}`, owner));
  return { value: examined.map(({ value }) => value), errors: examined.flatMap(({ errors }) => errors) };
};

/** What is in a field. A list is looked into only where one is asked for, and not when it is too long. */
const examineInside = (field: Field, sent: unknown, at: string, owner: object, broken: readonly Check[]) => {
  const { part, hasOwnNames } = field;
  if (part === undefined) return { value: sent, errors: hasOwnNames ? [] : tooManyIn(sent, at) };
  if (!Array.isArray(sent)) return examinePart(part, sent, at, owner);
  const isBounded = part.check.each && broken.every(({ name }) => name !== ARRAY_MAX_SIZE);
  return isBounded ? examineList(part, sent, at, owner) : { value: sent, errors: [] };
};

/** The library's rules of what a thing is, rather than how much of it. */
const OF_KIND = /^is(?!Length)[A-Z]/;

/** What was left out breaks every rule of its field: one error says all, by what the rules say it is. */
const missing = (broken: readonly Check[], { name }: Field, at: string, owner: object): FieldError => {
  const ofField = broken.filter(({ each }) => !each);
  const words = (ofField.find((check) => OF_KIND.test(check.name)) ?? ofField[0])?.words(undefined, owner);
  return requiredField(at, name, words?.replace(`${name} `, '') ?? 'must be sent');
};

const examineField = (field: Field, sent: unknown, parent: string, owner: object): Examined<unknown> => {
  if (!field.isChecked(sent, owner)) return { value: sent, errors: [] };
  const broken = field.checks.filter((check) => !holds(check, sent, owner));
  if (broken.length === 0 && typeof sent !== 'object') return { value: sent, errors: [] };
  const at = pointerTo(parent, field.name);
  if (sent === undefined) return { value: sent, errors: [missing(broken, field, at, owner)] };
  const { value, errors } = examineInside(field, sent, at, owner, broken);
  return { value, errors: [...broken.map((check) => errorOf(check, at, sent, owner)), ...errors] };
};

/**
 * An instance of what was sent, and what its decorators find wrong with it. Nothing is taken over but what has a
 * decorator; parts with a class of their own become instances of it, the rest stays as it was sent.
 *
 * @param at the pointer to it
 */
export const examine = <Instance extends object>(
  shape: Shape<Instance>,
  sent: object,
  at: string,
): Examined<Instance> => {
  const value = new shape();
  const names = Object.keys(sent);
  if (hasTooMany(names)) return { value, errors: [tooMany(at)] };
  const fields = fieldsOf(shape);
  const [from, own] = [sent as Readonly<Values>, value as Values]; // only `own` of the names in `fields` is written
  const errors: FieldError[] = [];
  for (const name of names) {
    const field = fields.get(name);
    if (field === undefined) errors.push(unknownField(at, name, errors.length < MOST_GUESSES ? fields.keys() : []));
    else own[name] = field.convert === undefined ? from[name] : field.convert(from[name]);
  }
  for (const [name, field] of fields) {
    const inside = examineField(field, own[name], at, value);
    own[name] = inside.value;
    errors.push(...inside.errors);
  }
  return { value, errors };
};
