import { applyDecorators } from '@nestjs/common';
import { ValidateNested } from 'class-validator';
import { IsRecord } from './fields.js';
import { PART, type Shape } from './marks.js';

const nested = (shape: Shape, each: boolean): PropertyDecorator =>
  applyDecorators(ValidateNested({ each }), IsRecord({ each }), PART.put(shape));

/** An object with a class of its own. */
export const Nested = (shape: Shape): PropertyDecorator => nested(shape, false);

/** A list of such. `@ArrayMaxSize` has to bound it: a longer one is not looked into. */
export const NestedList = (shape: Shape): PropertyDecorator => nested(shape, true);

/** The class that a field's object has, or each in a field's list. */
export const nestedOf = (shape: Shape, property: string): Shape | undefined => PART.of(shape, property);
