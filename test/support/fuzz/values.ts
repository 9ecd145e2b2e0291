import fc, { type Arbitrary } from 'fast-check';
import { type Document, resolved, type Schema } from './document.js';

/** What takes the place of values that only their schema describes, by the names of their fields. */
export type Named = Readonly<Record<string, Arbitrary<unknown>>>;

/** Of each of these, a request names one: rules between fields are not in the document. */
const ALTERNATIVES = [
  ['policy', 'policyId', 'policyIds'],
  ['calendar', 'calendarId'],
];

/** A position that never comes is waited for, for seconds; any other cursor than one that was given is refused. */
const UNTRUE = new Set(['waitFor', 'cursor']);

/** Longer lists and texts only at the edge of what is taken, and seldom. */
const USUAL_ITEMS = 3;
const LONGEST_TEXT = 20_000;
const DAY_MS = 86_400_000;

const TEXTS = fc.oneof(
  fc.constantFrom(
    'Mail does not arrive',
    'waitingOnCustomer',
    '메일이 오지 않습니다',
    'שלום',
    '👩‍👩‍👧 down',
    "'; DROP--",
    '<b>',
  ),
  fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
);

/** Around this hour mostly, for that is when things happen; and where calendars end. */
const instants = (nowMs: number): Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -3_600_000, max: 600_000 }).map((ms) => iso(nowMs + ms)) },
    { weight: 2, arbitrary: fc.integer({ min: -400, max: 400 }).map((days) => iso(nowMs + days * DAY_MS)) },
    fc
      .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2199-01-01T00:00:00Z'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    fc.constantFrom(
      '0000-01-01T00:00:00Z',
      '1582-10-15T00:00:00+14:00',
      '1969-12-31T23:59:59.999Z',
      '2024-02-29T23:59:60Z',
      '2026-03-29T02:30:00+01:00',
      '2038-01-19T03:14:08.123456789Z',
      '9999-12-31T23:59:59Z',
    ),
  );
const iso = (ms: number): string => new Date(ms).toISOString();

const DURATIONS = fc.oneof(
  fc.constantFrom('PT1S', 'PT0.001S', 'PT1M', 'PT4H', 'PT8H', 'PT90M', 'PT0S', 'PT720H', 'PT999999999H'),
  fc.tuple(fc.nat(200), fc.nat(90), fc.nat(90)).map(([hours, minutes, seconds]) => `PT${hours}H${minutes}M${seconds}S`),
);

/** Values that schemas take, for the keywords that the document uses. */
export class Values {
  readonly #formats: Readonly<Record<string, Arbitrary<string>>>;

  constructor(
    private readonly document: Document,
    private readonly named: Named,
    nowMs: number,
  ) {
    this.#formats = {
      'date-time': instants(nowMs),
      date: fc.integer({ min: -400, max: 400 }).map((days) => iso(nowMs + days * DAY_MS).slice(0, 10)),
      duration: DURATIONS,
      uuid: fc.uuid(),
      email: fc.constantFrom('ann@contoso.example', "o'hara+1@mail.contoso.example"),
      hostname: fc.constantFrom('contoso.example', 'xn--9t4b11yi5a.example', 'a.b.c.example'),
    };
  }

  of(schema: Schema, name = ''): Arbitrary<unknown> {
    const bySchema = this.#bySchema(resolved(schema, this.document), name);
    const byName = this.named[name];
    if (byName === undefined) return bySchema;
    return fc.oneof({ weight: 30, arbitrary: byName }, { weight: UNTRUE.has(name) ? 0 : 1, arbitrary: bySchema });
  }

  #bySchema(schema: Schema, name: string): Arbitrary<unknown> {
    const choices = schema.anyOf ?? schema.oneOf;
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    if (choices !== undefined) return fc.oneof(...choices.map((each) => this.of(each, name)));
    const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
    if (types.length === 0) return fc.jsonValue({ maxDepth: 2 });
    return fc.oneof(...types.map((type) => this.#ofType(type, schema, name)));
  }

  #ofType(type: string, schema: Schema, name: string): Arbitrary<unknown> {
    switch (type) {
      case 'object':
        return this.#object(schema);
      case 'array':
        return this.#list(schema, name);
      case 'string':
        return this.#text(schema);
      case 'integer':
        return numbers(schema);
      case 'number':
        return fc.oneof(numbers(schema), fc.double({ min: 0.001, max: 100_000, noNaN: true }));
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        throw new Error(`No value is known for the type ${type}.`);
    }
  }

  #object({ properties = {}, required = [], additionalProperties, propertyNames }: Schema): Arbitrary<object> {
    const known = fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, this.of(schema, name)])),
      { requiredKeys: [...required], noNullPrototype: true },
    );
    const clear = fc.tuple(known, fc.nat({ max: 2 })).map(([object, kept]) => withOneOf(object, kept));
    if (typeof additionalProperties !== 'object') return clear;
    const names = this.of(propertyNames ?? { type: 'string', pattern: '^[a-z]{1,9}$' }) as Arbitrary<string>; // of its schema
    const more = fc.dictionary(names, this.of(additionalProperties), { maxKeys: 2, noNullPrototype: true });
    return fc.tuple(clear, more).map(([object, others]) => ({ ...others, ...object }));
  }

  #list({ prefixItems = [], items, minItems = 0, maxItems = 1_000, uniqueItems }: Schema, name: string) {
    const first = fc.tuple(...prefixItems.map((each) => this.of(each)));
    if (items === undefined || items === false) return first;
    const bounds = { minLength: minItems, maxLength: Math.min(maxItems, Math.max(minItems, USUAL_ITEMS)) };
    const each = this.of(items, name.replace(/s$/, ''));
    return uniqueItems === true ? fc.uniqueArray(each, bounds) : fc.array(each, bounds);
  }

  #text({ format, pattern, minLength = 0, maxLength = LONGEST_TEXT }: Schema): Arbitrary<string> {
    const takes = (text: string): boolean =>
      (pattern === undefined || new RegExp(pattern, 'u').test(text)) &&
      charactersIn(text) >= minLength &&
      charactersIn(text) <= maxLength;
    const formed = this.#formats[format ?? ''];
    if (formed !== undefined) return formed.filter(takes);
    if (pattern !== undefined && !takes('Mail')) return fc.stringMatching(new RegExp(pattern)).filter(takes);
    const edges = ['x'.repeat(minLength), 'x'.repeat(Math.min(maxLength, LONGEST_TEXT))].filter(takes);
    return fc.oneof({ weight: 20, arbitrary: TEXTS.filter(takes) }, fc.constantFrom(...edges, 'Mail'));
  }
}

const withOneOf = (object: Readonly<Record<string, unknown>>, kept: number): object =>
  ALTERNATIVES.reduce((so, names) => {
    const there = names.filter((name) => name in so);
    const dropped = new Set(there.filter((_, index) => index !== kept % there.length));
    return Object.fromEntries(Object.entries(so).filter(([name]) => !dropped.has(name)));
  }, object);

/** As JSON schemas count: not in halves of a pair. */
const charactersIn = (text: string): number => Array.from(text).length;

const numbers = ({ minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER }: Schema): Arbitrary<number> => {
  const min = minimum ?? (exclusiveMinimum === undefined ? Number.MIN_SAFE_INTEGER : exclusiveMinimum + 1);
  return fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min, max: Math.min(maximum, min + 100) }) },
    fc.constantFrom(min, maximum),
    fc.integer({ min, max: maximum }),
  );
};
