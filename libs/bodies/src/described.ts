import { applyDecorators } from '@nestjs/common';
import { Allow } from 'class-validator';

/** A part of a JSON Schema (2020-12). */
export type FieldSchema = Readonly<Record<string, unknown>>;

/** The schema of another class, where one is part of a field's. */
export interface SchemaOf {
  /** By its name. */
  ref(shape: new () => object): FieldSchema;
  /** Spelt out, to be changed. */
  inline(shape: new () => object): FieldSchema;
}

const SCHEMA = Symbol('schema');

/** A field that its class checks by hand, and what a schema can say of it. */
export const Described = (schema: (of: SchemaOf) => FieldSchema): PropertyDecorator =>
  applyDecorators(Allow(), (target: object, property?: string | symbol) => {
    Reflect.defineMetadata(SCHEMA, schema, target, property ?? '');
  });

/** What {@link Described} says of a field of a class, or of one that it extends. */
export const describedOf = (shape: new () => object, property: string, of: SchemaOf): FieldSchema | undefined => {
  const prototype = shape.prototype as object; // of the class's instances
  const schema = Reflect.getMetadata(SCHEMA, prototype, property) as ((of: SchemaOf) => FieldSchema) | undefined;
  return schema?.(of);
};
