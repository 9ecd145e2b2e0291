import fc, { type Arbitrary } from 'fast-check';
import { brokenBody, brokenText, ODD_HEADERS, ODD_PARTS, OTHER_METHODS } from './breakages.js';
import type { Operation, Parameter } from './document.js';
import type { Values } from './values.js';

export type Header = readonly [name: string, value: string];

/** Who asks: a role of a tenant, or nobody who is known. */
export interface Caller {
  readonly name: string;
  readonly tenantId: string;
  readonly role: string;
  readonly authorization: string | undefined;
}

export interface FuzzRequest {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly text: string | Buffer | undefined;
  /** What the text holds, if it is the JSON of something. */
  readonly json?: unknown;
  /** What was done to a request that was as described; empty when nothing was. */
  readonly broken: readonly string[];
}

/** What is drawn for a request before anything is broken. */
interface Drawn {
  readonly caller: Caller;
  readonly parts: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Breakage = (request: FuzzRequest) => FuzzRequest;

/** In how many of a hundred requests a parameter is that need not be: few may act for others, and much has moved on. */
const SELDOM = 20;
const CHANCES: Readonly<Record<string, number>> = {
  'Ledgerdesk-On-Behalf-Of': 4,
  'If-Match': 10,
  'If-None-Match': 8,
  waitFor: 10,
};
/** Of a header that the document says no more of. */
const ASCII = '^[!-~](?:[ -~]{0,40}[!-~])?$';

const encoded = (value: unknown): string => encodeURIComponent(String(value).toWellFormed());

const queryOf = (query: Readonly<Record<string, unknown>>): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.length === 0
        ? []
        : [`${name}=${value.map(encoded).join(',')}`]
      : [`${name}=${encoded(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Makes requests of operations: most as the document describes them, the others broken at one place or two. */
export class Requests {
  constructor(
    private readonly valuesFor: (operation: Operation) => Values,
    private readonly callers: Arbitrary<Caller>,
    /** Bodies that are no JSON, by their media type. */
    private readonly texts: (type: string, example: unknown) => Arbitrary<string>,
  ) {}

  of(operation: Operation): Arbitrary<FuzzRequest> {
    const valid = this.#drawn(operation).map((drawn) => this.#plain(operation, drawn));
    const breakages = fc.array(this.#breakage(operation), { minLength: 1, maxLength: 2 });
    const broken = fc
      .tuple(valid, breakages)
      .map(([request, breaks]) => breaks.reduce((so, each) => each(so), request));
    return fc.noBias(fc.oneof({ weight: 13, arbitrary: valid }, { weight: 7, arbitrary: broken }));
  }

  #drawn(operation: Operation): Arbitrary<Drawn> {
    const { parameters, body } = operation;
    const values = this.valuesFor(operation);
    return fc.record({
      caller: this.callers,
      parts: this.#someOf(values, parameters, 'path'),
      query: this.#someOf(values, parameters, 'query'),
      headers: this.#someOf(values, parameters, 'header') as Arbitrary<Readonly<Record<string, string>>>, // of their schemas
      body: body === undefined ? fc.constant(undefined) : this.#body(operation, body),
    });
  }

  #someOf(
    values: Values,
    parameters: readonly Parameter[],
    place: Parameter['in'],
  ): Arbitrary<Readonly<Record<string, unknown>>> {
    const named = parameters
      .filter((each) => each.in === place)
      .map(({ name, schema, required }) => {
        const chance = required === true ? 100 : (CHANCES[name] ?? SELDOM);
        const pair = values
          .of(place === 'header' ? { pattern: ASCII, ...schema } : schema, name)
          .map((value) => [[name, value] as const]);
        return fc.oneof({ weight: chance, arbitrary: pair }, { weight: 100 - chance, arbitrary: fc.constant([]) });
      });
    return fc.tuple(...named).map((pairs) => Object.fromEntries(pairs.flat()));
  }

  #body(operation: Operation, { type, schema, example }: NonNullable<Operation['body']>): Arbitrary<unknown> {
    if (type !== 'application/json') return this.texts(type, example);
    return fc.oneof(
      { weight: 2, arbitrary: this.valuesFor(operation).of(schema) },
      ...(example === undefined ? [] : [{ weight: 1, arbitrary: fc.constant(example) }]),
    );
  }

  #plain(operation: Operation, { caller, parts, query, headers, body }: Drawn): FuzzRequest {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(parts[name]));
    const { body: described } = operation;
    return {
      operation,
      caller,
      method: operation.method,
      url: `${path}${queryOf(query)}`,
      headers: [
        ...Object.entries(headers),
        ...(described === undefined || body === undefined ? [] : [['Content-Type', described.type] as const]),
      ],
      text: body === undefined ? undefined : textOf(body),
      ...(described?.type === 'application/json' && { json: body }),
      broken: [],
    };
  }

  #breakage(operation: Operation): Arbitrary<Breakage> {
    const { body, parameters } = operation;
    const hasParts = parameters.some((each) => each.in === 'path');
    return fc.oneof(
      ODD_HEADERS.map((headers) => withOddHeaders(headers)),
      ...(body === undefined ? [aBodyTooMany] : [this.#brokenBody(operation, body), this.#brokenBody(operation, body)]),
      ...(hasParts ? [ODD_PARTS.map((part) => withOddPart(operation, part))] : []),
      fc.tuple(fc.constantFrom(...QUERY_NAMES, ...parameters.map(({ name }) => name)), ODD_PARTS).map(withOddQuery),
      fc
        .constantFrom(...OTHER_METHODS)
        .map((method): Breakage => (request) => ({ ...broken(request, 'method'), method })),
    );
  }

  #brokenBody(operation: Operation, described: NonNullable<Operation['body']>): Arbitrary<Breakage> {
    const valid = this.#body(operation, described);
    const text = brokenText(valid.map(textOf)).map((sent): Breakage => (request) => ({
      ...withoutJson(broken(request, 'text')),
      text: sent,
    }));
    if (described.type !== 'application/json') return text;
    const json = brokenBody(valid).map((value): Breakage => (request) => {
      const sent = JSON.stringify(value);
      return { ...broken(request, 'body'), text: sent, json: JSON.parse(sent) as unknown };
    });
    return fc.oneof({ weight: 3, arbitrary: json }, { weight: 1, arbitrary: text });
  }
}

const QUERY_NAMES = ['colour', 'limit', 'cursor', '__proto__', 'limit[]', 'token'];

const broken = (request: FuzzRequest, what: string): FuzzRequest => ({ ...request, broken: [...request.broken, what] });

const withoutJson = ({ json: _, ...request }: FuzzRequest): FuzzRequest => request;

const withOddHeaders =
  (headers: readonly Header[]): Breakage =>
  (request) => {
    const names = new Set(headers.map(([name]) => name));
    return {
      ...broken(request, [...names].join()),
      headers: [...request.headers.filter(([name]) => !names.has(name)), ...headers],
    };
  };

const withOddPart =
  ({ path }: Operation, part: string): Breakage =>
  (request) => {
    const at = path.split('/').findIndex((each) => each.startsWith('{'));
    const [address = '', query] = request.url.split('?', 2);
    const changed = address.split('/').map((each, index) => (index === at ? part : each));
    return { ...broken(request, 'path'), url: `${changed.join('/')}${query === undefined ? '' : `?${query}`}` };
  };

const withOddQuery =
  ([name, value]: readonly [string, string]): Breakage =>
  (request) => ({
    ...broken(request, 'query'),
    url: `${request.url}${request.url.includes('?') ? '&' : '?'}${name}=${value}`,
  });

const aBodyTooMany = fc.constantFrom('{}', '[1]', '{"a":', 'x').map((text): Breakage => (request) => ({
  ...broken(request, 'body'),
  text,
  headers: [...request.headers, ['Content-Type', 'application/json']],
}));
