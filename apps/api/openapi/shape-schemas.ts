import { describedOf, nestedOf, type Rule, rulesOf, type Shape } from '#bodies';
import { ref, type Schema } from './schema.js';

type Keywords = (constraints: readonly unknown[]) => Schema;

/** What the library's decorators ask for; ours carry their schema with them. */
const KEYWORDS: Readonly<Record<string, Keywords>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isBoolean: () => ({ type: 'boolean' }),
  isArray: () => ({ type: 'array' }),
  isIn: ([values]) => ({ type: 'string', enum: values }),
  isLength: ([minLength, maxLength]) => ({ minLength, maxLength }),
  maxLength: ([maxLength]) => ({ maxLength }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  matches: ([pattern]) => (pattern instanceof RegExp ? { pattern: pattern.source } : {}),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
};

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegExp);

const keywordsOf = ({ name = '', constraints = [] }: Rule): Schema => {
  const keywords = KEYWORDS[name];
  const [own] = constraints;
  if (isSchema(own)) return own;
  if (keywords === undefined) throw new Error(`The check ${name} has no schema: give it one in KEYWORDS.`);
  return keywords(constraints);
};

/** Later rules may say less than earlier ones, never something else. */
const all = (schemas: readonly Schema[]): Schema => Object.assign({}, ...schemas) as Schema; // of schemas

const json = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);

/** What bodies and queries may hold, read from the decorators that check them. */
export class ShapeSchemas {
  /** Every class by its name. */
  readonly components: Record<string, Schema> = {};

  /** @param documentation what is said of a field, '' for nothing */
  constructor(private readonly documentation: (className: string, field: string) => string) {}

  ref(shape: Shape): Schema {
    const { name } = shape;
    if (!(name in this.components)) {
      this.components[name] = {};
      this.components[name] = this.inline(shape);
    }
    return ref(name);
  }

  inline(shape: Shape): Schema & { readonly properties: Readonly<Record<string, Schema>> } {
    const rules = rulesOf(shape);
    const sample: Readonly<Record<string, unknown>> = { ...new shape() };
    // A field of a class and of one that it extends is in both lists.
    const fields = [...new Set(rules.map(({ propertyName }) => propertyName))];
    const properties = fields.map((field) => {
      const own = rules.filter(({ propertyName }) => propertyName === field);
      const preset = json(sample[field]);
      const schema = this.#field(shape, field, own);
      return {
        field,
        schema: preset === undefined ? schema : { ...schema, default: preset },
        required: preset === undefined && !own.some(({ type }) => type === 'conditionalValidation'),
      };
    });
    const required = properties.flatMap((property) => (property.required ? [property.field] : []));
    return {
      type: 'object',
      properties: Object.fromEntries(properties.map(({ field, schema }) => [field, schema])),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    };
  }

  #field(shape: Shape, field: string, rules: readonly Rule[]): Schema {
    const checks = rules.filter(({ type }) => type === 'customValidation');
    const each = all(checks.filter((rule) => rule.each).map(keywordsOf));
    const whole = all(checks.filter((rule) => !rule.each).map(keywordsOf));
    const part = nestedOf(shape, field);
    const nested = part && this.ref(part);
    const described = describedOf(shape, field, this) ?? {};
    const text = this.documentation(shape.name, field);
    const isList = whole['type'] === 'array' || Object.keys(each).length > 0;
    const list = isList ? { type: 'array', ...whole, items: nested ?? each } : (nested ?? whole);
    return { ...list, ...described, ...(text !== '' && { description: text }) };
  }
}
