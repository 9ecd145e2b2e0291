import { html } from '../problems/page.js';
import type { ApiSchema } from './api-document.js';

/** Deeper than any answer that a reader would follow in one go. */
const DEEPEST = 4;

const nameOf = ($ref: string): string => $ref.split('/').at(-1) ?? '';

const code = (text: string): string => `<code>${html(text)}</code>`;

const between = (what: string, least: number | undefined, most: number | undefined): readonly string[] => {
  if (least === undefined && most === undefined) return [];
  if (least === undefined) return [`at most ${most} ${what}`.trim()];
  return [most === undefined ? `at least ${least} ${what}`.trim() : `${least} to ${most} ${what}`.trim()];
};

const isSchema = (value: boolean | ApiSchema | undefined): value is ApiSchema => typeof value === 'object';

/** Schemas as lists within lists, and in a few words. */
export class SchemaTrees {
  constructor(private readonly schemas: Readonly<Record<string, ApiSchema>>) {}

  /** What a value is, in one line of HTML. */
  kind(schema: ApiSchema): string {
    const { type, format, enum: values, anyOf, items, prefixItems, default: preset, $ref } = schema;
    if ($ref !== undefined) return this.#kindOfNamed(nameOf($ref));
    if (anyOf !== undefined) return anyOf.map((one) => this.kind(one)).join(' or ');
    if (prefixItems !== undefined) return `[${prefixItems.map((one) => this.kind(one)).join(', ')}]`;
    const bounds = [
      ...between('characters', schema.minLength, schema.maxLength),
      ...between('items', schema.minItems, schema.maxItems),
      ...between('', schema.minimum, schema.maximum),
      ...(schema.exclusiveMinimum === undefined ? [] : [`above ${schema.exclusiveMinimum}`]),
      ...(preset === undefined ? [] : [`${code(JSON.stringify(preset))} when left out`]),
    ];
    const names = [type].flat().filter((name) => name !== undefined);
    const list = isSchema(items) && names.includes('array') ? [`list of ${this.kind(items)}`] : undefined;
    const what = values === undefined ? (list ?? names.map((name) => format ?? name)) : [listOf(values)];
    return [what.join(' or ') || 'anything', ...bounds].join(', ');
  }

  /** All that a value holds, as a list. */
  render(schema: ApiSchema, depth = 0): string {
    const found = this.#resolved(schema);
    const { oneOf, anyOf, additionalProperties, properties = {}, items } = found;
    const choices = oneOf ?? anyOf?.filter((one) => one.type !== 'null');
    if (choices !== undefined && choices.length > 1)
      return `<p class="kind">One of:</p>\n${choices.map((one) => `${one.title === undefined ? '' : `<p>${code(one.title)}</p>`}${this.render(one, depth + 1)}`).join('\n')}`;
    if (choices?.[0] !== undefined) return this.render(choices[0], depth);
    if (isSchema(items) && Object.keys(properties).length === 0) return this.#nested(items, depth);
    const fields = Object.entries(properties);
    if (fields.length === 0)
      return isSchema(additionalProperties)
        ? this.#nested(additionalProperties, depth)
        : `<p class="kind">${this.kind(found)}</p>`;
    const needed = new Set(found.required);
    const lines = fields.map(([name, field]) => this.#field(name, field, needed.has(name), depth));
    return `<ul class="tree">\n${lines.join('\n')}\n</ul>`;
  }

  #field(name: string, schema: ApiSchema, needed: boolean, depth: number): string {
    const { items } = schema;
    const ofItems = isSchema(items) ? items.description : undefined;
    const { description = this.#resolved(schema).description ?? ofItems } = schema;
    const said = description === undefined ? '' : ` ${html(description).replace(/`([^`]+)`/g, '<code>$1</code>')}`;
    const inner = depth < DEEPEST && this.#isDeep(schema) ? `\n${this.render(schema, depth + 1)}` : '';
    return `<li>${code(name)}${needed ? ' *' : ''} <span class="kind">${this.kind(schema)}.</span>${said}${inner}</li>`;
  }

  #nested(schema: ApiSchema, depth: number): string {
    return depth < DEEPEST && this.#isDeep(schema) ? this.render(schema, depth + 1) : '';
  }

  #isDeep(schema: ApiSchema): boolean {
    const { properties, oneOf, anyOf, items, additionalProperties } = this.#resolved(schema);
    if (properties !== undefined || oneOf !== undefined) return true;
    return [...(anyOf ?? []), items, additionalProperties].some((one) => isSchema(one) && this.#isDeep(one));
  }

  #kindOfNamed(name: string): string {
    const schema = this.schemas[name];
    if (schema === undefined || schema.properties !== undefined) return 'object';
    return name === 'Instant' ? 'instant' : this.kind(schema);
  }

  #resolved(schema: ApiSchema): ApiSchema {
    return schema.$ref === undefined ? schema : (this.schemas[nameOf(schema.$ref)] ?? schema);
  }
}

const listOf = (values: readonly unknown[]): string => values.map((value) => code(String(value))).join(', ');
