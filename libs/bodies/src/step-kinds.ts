import { type FieldError, type Instant, requiredField } from '#kernel';
import type { FieldSchema, SchemaOf } from './described.js';
import { examine } from './examine.js';
import { instantErrors, isRecord, toInstant } from './fields.js';
import { errorsOf } from './validated.js';

/** One kind of step of a timeline: it takes the fields of the command that it stands for. */
export interface StepKind<Action> {
  schema(of: SchemaOf): FieldSchema;
  errors(fields: object, at: string): readonly FieldError[];
  act(fields: object): Action;
}

const withoutRequired = ({ required, ...schema }: FieldSchema, names: readonly string[]): FieldSchema => ({
  ...schema,
  required: Array.isArray(required) ? required.filter((name: string) => !names.includes(name)) : [],
});

/** @param unsaid what may be left out, and what stands for it */
export const stepKind = <Body extends object, Action>(
  body: new () => Body,
  act: (fields: Body) => Action,
  unsaid: Partial<Body> = {},
): StepKind<Action> => ({
  schema: (of) => withoutRequired(of.inline(body), Object.keys(unsaid)),
  errors: (fields, at) => errorsOf(body, { ...unsaid, ...fields }, at),
  act: (fields) => act(examine(body, { ...unsaid, ...fields }, '#').value),
});

const stepSchema = (name: string, { properties = {}, required = [], ...rest }: FieldSchema): FieldSchema => ({
  ...rest,
  title: name,
  properties: {
    at: { type: 'string', format: 'date-time' },
    do: { type: 'string', enum: [name] },
    ...(properties as object),
  },
  required: ['at', 'do', ...(required as readonly string[])],
});

/** The steps that a timeline may have, by what they do. */
export class StepKinds<Action> {
  readonly #kinds: ReadonlyMap<unknown, StepKind<Action>>;
  readonly #names: readonly string[];

  constructor(kinds: Readonly<Record<string, StepKind<Action>>>) {
    this.#kinds = new Map(Object.entries(kinds));
    this.#names = Object.keys(kinds);
  }

  /** The schema of a step: one of each kind. */
  schema(of: SchemaOf): FieldSchema {
    return { oneOf: this.#names.map((name) => stepSchema(name, this.#kinds.get(name)?.schema(of) ?? {})) };
  }

  /** All that is wrong with a step; `at` is its place, e.g. `#/timeline/3`. */
  errors(sent: unknown, at: string): readonly FieldError[] {
    if (!isRecord(sent)) return [{ pointer: at, code: 'object', detail: 'A step is a JSON object.' }];
    const { at: when, do: what, ...fields } = sent;
    return [
      ...instantErrors(when, `${at}/at`, 'at'),
      ...(this.#kinds.get(what)?.errors(fields, at) ?? [this.#noKind(what, at)]),
    ];
  }

  #noKind(what: unknown, at: string): FieldError {
    const form = `must be one of: ${this.#names.join(', ')}`;
    const pointer = `${at}/do`;
    return what === undefined ? requiredField(pointer, 'do', form) : { pointer, code: 'is-in', detail: `do ${form}.` };
  }

  /** @param sent what {@link errors} finds nothing wrong with */
  step(sent: object): { readonly at: Instant } & Action {
    const { at, do: what, ...fields } = sent as Readonly<Record<string, unknown>>; // a step, as checked
    const found = this.#kinds.get(what);
    if (found === undefined) throw new Error('This is no step.');
    return { at: toInstant(String(at)), ...found.act(fields) };
  }
}
