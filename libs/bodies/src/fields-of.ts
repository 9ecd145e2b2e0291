import {
  getMetadataStorage,
  type MetadataStorage,
  type ValidationArguments,
  ValidationTypes,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { CONVERSION, OWN_NAMES, PART, type Shape } from './marks.js';

/** A decorator of class-validator, as it keeps it. */
export interface Rule {
  readonly type: string;
  readonly name?: string | undefined;
  readonly each: boolean;
  readonly propertyName: string;
  readonly constraints?: readonly unknown[] | undefined;
  readonly constraintCls?: Parameters<MetadataStorage['getTargetValidatorConstraints']>[0] | undefined;
  readonly message?: string | ((asked: ValidationArguments) => string) | undefined;
}

/** Of `ValidateIf`. */
type Condition = (owner: object, value: unknown) => boolean;

/** What has to hold of a field, or of each in its list. */
export interface Check {
  readonly name: string;
  readonly each: boolean;
  holds(value: unknown, owner: object): boolean;
  /** What to say where it does not. */
  words(value: unknown, owner: object): string;
}

/** All that the decorators of a class say of one of its fields. */
export interface Field {
  readonly name: string;
  /** Whether it is checked at all: what may be left out is not, when it is. */
  isChecked(value: unknown, owner: object): boolean;
  readonly checks: readonly Check[];
  /** The class of the object in it, or of each in its list; `check` is broken by what is neither. */
  readonly part: { readonly shape: Shape; readonly check: Check } | undefined;
  readonly convert: ((value: unknown) => unknown) | undefined;
  readonly hasOwnNames: boolean;
}

/**
 * The rules of a class and of those that it extends, in the order in which they are told. Groups, `validateIf` of a
 * single decorator and asynchronous checks are not for bodies: nothing here uses them.
 */
export const rulesOf = (shape: Shape): readonly Rule[] =>
  getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false);

const listed = (constraint: unknown): string =>
  Array.isArray(constraint) ? constraint.join(', ') : String(constraint);

/** The library's messages have places for the name of the field and for the constraints; ours are whole. */
const filled = (message: string, property: string, constraints: readonly unknown[]): string =>
  message.replace(/\$(?:property|constraint(\d))/g, (_, number?: string) =>
    number === undefined ? property : listed(constraints[Number(number) - 1]),
  );

const checkOf = (shape: Shape, rule: Rule, name: string, validator?: ValidatorConstraintInterface): Check => {
  const constraints = [...(rule.constraints ?? [])];
  const property = rule.propertyName;
  const asked = (value: unknown, object: object): ValidationArguments => ({
    targetName: shape.name,
    property,
    object,
    value,
    constraints,
  });
  return {
    name,
    each: rule.each,
    holds: (value, owner) => validator?.validate(value, asked(value, owner)) === true,
    words: (value, owner) => {
      const message = rule.message ?? validator?.defaultMessage?.(asked(value, owner)) ?? '';
      return filled(typeof message === 'string' ? message : message(asked(value, owner)), property, constraints);
    },
  };
};

const checksOf = (shape: Shape, rule: Rule): readonly Check[] =>
  rule.constraintCls === undefined
    ? []
    : getMetadataStorage()
        .getTargetValidatorConstraints(rule.constraintCls)
        .map(({ name, instance }) => checkOf(shape, rule, name, instance));

const fieldOf = (shape: Shape, name: string, ofShape: readonly Rule[]): Field => {
  const rules = ofShape.filter(({ propertyName }) => propertyName === name);
  const conditions = rules.flatMap(({ type, constraints = [] }) =>
    type === ValidationTypes.CONDITIONAL_VALIDATION ? (constraints as readonly Condition[]) : [],
  );
  const part = PART.of(shape, name);
  const nested = rules.find(({ type }) => type === ValidationTypes.NESTED_VALIDATION);
  return {
    name,
    isChecked: (value, owner) => conditions.every((condition) => condition(owner, value)),
    checks: rules.flatMap((rule) => checksOf(shape, rule)),
    part: part && nested && { shape: part, check: checkOf(shape, nested, nested.type) },
    convert: CONVERSION.of(shape, name),
    hasOwnNames: OWN_NAMES.of(shape, name) === true,
  };
};

type Fields = ReadonlyMap<string, Field>;

const known = new WeakMap<Shape, Fields>();

/** The fields of a class by their names. They are gathered once: its decorators have all run when it is first asked for. */
export const fieldsOf = (shape: Shape): Fields => {
  const gathered = known.get(shape);
  if (gathered !== undefined) return gathered;
  const rules = rulesOf(shape);
  const names = new Set(rules.map(({ propertyName }) => propertyName));
  const fields = new Map([...names].map((name) => [name, fieldOf(shape, name, rules)]));
  known.set(shape, fields);
  return fields;
};
