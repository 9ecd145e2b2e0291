import { type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { DomainError, type FieldError } from '#kernel';

const CODES: Readonly<Record<string, string>> = { whitelistValidation: 'unknown-field', isDefined: 'required' };

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const escape = (name: string): string => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));

const flatten = (errors: readonly ValidationError[], parent = '#'): FieldError[] =>
  errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const pointer = `${parent}/${escape(property.toWellFormed())}`;
    const own = Object.entries(constraints).map(([name, message]): FieldError =>
      name === 'whitelistValidation'
        ? { pointer, code: 'unknown-field', detail: 'There is no such field.' }
        : { pointer, code: CODES[name] ?? kebab(name), detail: `${message}.` },
    );
    return [...own, ...flatten(children, pointer)];
  });

/** A body or query class that also has rules across or inside fields which decorators cannot say. */
interface SelfChecking {
  alsoCheck(): readonly FieldError[];
}

const alsoCheck = (value: object): readonly FieldError[] =>
  'alsoCheck' in value ? (value as SelfChecking).alsoCheck() : [];

/** Turns what was sent into an instance of its class, or refuses it with every error at once. */
export class Valid<Shape extends object> implements PipeTransform<unknown, Shape> {
  constructor(private readonly shape: new () => Shape) {}

  transform(sent: unknown): Shape {
    if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
      throw new DomainError('invalid', 'validation', 'Send a JSON object.', {
        errors: [{ pointer: '#', code: 'object', detail: 'This is not a JSON object.' }],
      });
    const value = plainToInstance(this.shape, sent);
    const errors = [
      ...flatten(validateSync(value, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true })),
      ...alsoCheck(value),
    ];
    if (errors.length > 0)
      throw new DomainError(
        'invalid',
        'validation',
        errors.length === 1 ? 'One field is wrong.' : `${errors.length} fields are wrong.`,
        { errors },
      );
    return value;
  }
}
