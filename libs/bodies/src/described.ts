import { applyDecorators } from '@nestjs/common';
import { Allow } from 'class-validator';
import { Mark, type Shape } from './marks.js';

/** A part of a JSON Schema (2020-12). */
export type FieldSchema = Readonly<Record<string, unknown>>;

/** The schema of another class, where one is part of a field's. */
export interface SchemaOf {
  /** By its name. */
  ref(shape: Shape): FieldSchema;
  /** Spelt out, to be changed. */
  inline(shape: Shape): FieldSchema;
}

const SCHEMA = new Mark<(of: SchemaOf) => FieldSchema>();

/** A field that its class checks by hand, and what a schema can say of it. */
export const Described = (schema: (of: SchemaOf) => FieldSchema): PropertyDecorator =>
  applyDecorators(Allow(), SCHEMA.put(schema));

/** What {@link Described} says of a field of a class, or of one that it extends. */
export const describedOf = (shape: Shape, property: string, of: SchemaOf): FieldSchema | undefined =>
  SCHEMA.of(shape, property)?.(of);
