import type { Type } from '@nestjs/common';
import { HTML, isPage } from '../src/http/representations.js';
import { type ProblemCode, PROBLEMS } from '../src/problems/problem-codes.js';
import { Examples } from './examples.js';
import { ANSWER_HEADERS, pathParameter, queryParameter, REQUEST_HEADERS, type RequestHeader } from './parameters.js';
import { isCommand, mayWait, problemsOf } from './problem-answers.js';
import { REQUEST_EXAMPLES } from './request-examples.js';
import { type Route, routesOf } from './routes.js';
import { ref, type Schema } from './schema.js';
import { ShapeSchemas } from './shape-schemas.js';
import type { MethodFacts, Sources } from './sources.js';
import { tagOf, TAGS } from './tags.js';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** What a file looks like that is sent as it is. */
const FILES: Readonly<Record<string, string>> = {
  'text/calendar': [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Contoso//Holidays//EN',
    'BEGIN:VEVENT',
    'UID:christmas-2026',
    'DTSTAMP:20260101T000000Z',
    'DTSTART;VALUE=DATE:20261225',
    'SUMMARY:Christmas Day',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n'),
  'application/x-ndjson': [
    {
      key: 'a',
      method: 'PUT',
      path: '/v1/customers/contoso',
      body: { displayName: 'Contoso', primaryDomain: 'contoso.example' },
    },
    {
      key: 'b',
      method: 'POST',
      path: '/v1/service-requests',
      body: { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical' },
    },
    { key: 'c', method: 'POST', path: '/v1/service-requests/{b}/responses', body: { text: 'We are on it.' } },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join(''),
};

const fileExample = (type: string) => {
  const example = FILES[type];
  return example === undefined ? {} : { example };
};

const PROBLEM: Schema = {
  type: 'object',
  description: 'What went wrong (RFC 9457). `type` is the address of a page that says what it means and what to do.',
  properties: {
    type: { type: 'string', format: 'uri-reference', pattern: '^/problems/[a-z-]+$' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'The address that was asked for, where it could be read.' },
    errors: { type: 'array', description: 'Every wrong field, all at once.', items: ref('FieldError') },
  },
  required: ['type', 'title', 'status', 'detail'],
  additionalProperties: false,
};

const FIELD_ERROR: Schema = {
  type: 'object',
  properties: {
    pointer: { type: 'string', description: 'A URI fragment JSON pointer into what was sent.', examples: ['#/impact'] },
    detail: { type: 'string' },
    code: { type: 'string' },
  },
  required: ['pointer', 'detail', 'code'],
  additionalProperties: false,
};

const camel = (words: string): string =>
  words.toLowerCase().replace(/[^a-z]+([a-z])/g, (_, letter: string) => letter.toUpperCase());

const headerRefs = (names: Iterable<string>) => {
  const known = [...names].sort();
  if (known.length === 0) return {};
  return { headers: Object.fromEntries(known.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };
};

const problemExample = (code: ProblemCode) => {
  const { title, status, meaning } = PROBLEMS[code];
  const errors = code === 'validation' && {
    errors: [{ pointer: '#/impact', detail: 'impact must be one of critical, moderate, minimal.', code: 'is-in' }],
  };
  const value = { type: `/problems/${code}`, title, status, detail: meaning, instance: '/v1/service-requests' };
  return { summary: title, value: { ...value, ...errors } };
};

/** Problems of one status as an answer; routes that share them share it. */
const problemAnswer = (status: number, codes: readonly ProblemCode[], others: object) => {
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }] as const);
  return {
    description: codes.map((code) => `${PROBLEMS[code].title} (\`${code}\`)`).join(' · '),
    ...headerRefs([
      ...(status === 401 ? ['www-authenticate'] : []),
      ...(status === 412 ? ['etag'] : []),
      ...(status === 429 || status === 503 ? ['retry-after'] : []),
    ]),
    content: {
      [PROBLEM_TYPE]: {
        schema: {
          allOf: [
            ref('Problem'),
            { properties: { type: { enum: codes.map((code) => `/problems/${code}`) }, status: { enum: [status] } } },
          ],
        },
        examples: Object.fromEntries(examples),
      },
      ...others,
    },
  };
};

/** The first sentence is the summary; a route must have one. */
const words = ({ controller, handler }: Route, text: string) => {
  const [, summary = '', description = ''] = /^(.+?)\.(?:\s+(.*))?$/.exec(text) ?? [];
  if (summary === '')
    throw new Error(
      `${controller}.${handler} says nothing of itself: give it a comment, whose first sentence sums it up.`,
    );
  return { summary, ...(description !== '' && { description }) };
};

class DocumentBuilder {
  readonly #responses: Record<string, object> = {};
  readonly #problemCodes = new Set<ProblemCode>();
  readonly #shapes: ShapeSchemas;
  readonly #examples: Examples;
  readonly #schemas: Record<string, Schema>;

  constructor(private readonly sources: Sources) {
    this.#shapes = new ShapeSchemas((className, field) => sources.documentation(className, field));
    // Filled by both, so that an example finds what either names.
    this.#schemas = new Proxy<Record<string, Schema>>(
      {},
      { get: (_, name: string) => sources.schemas.components[name] ?? this.#shapes.components[name] },
    );
    this.#examples = new Examples(this.#schemas);
  }

  operation(route: Route) {
    const facts = this.sources.method(route.controller, route.handler);
    const { needs } = route.config;
    const tag = tagOf(route.controller);
    return {
      operationId: `${camel(tag)}.${route.handler}`,
      tags: [tag],
      ...words(route, facts.documentation),
      security: needs === undefined ? [] : [{ key: [needs] }, { session: [needs] }],
      ...this.#parameters(route, facts),
      ...this.#body(route),
      responses: { ...this.#answers(route, facts), ...this.#problems(route, facts) },
    };
  }

  components() {
    const { components: answers } = this.sources.schemas;
    const { components: bodies } = this.#shapes;
    const twice = Object.keys(answers).filter((name) => name in bodies);
    if (twice.length > 0) throw new Error(`These names stand for an answer and a body: ${twice.join(', ')}.`);
    const schemas = Object.entries({ ...answers, ...bodies, Problem: PROBLEM, FieldError: FIELD_ERROR });
    return {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key, or an access token of the OpenID Connect issuer that the service trusts. Its role must have the capability that a route names.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'ledgerdesk_session',
          description: 'A session that a login link opened in a browser.',
        },
      },
      parameters: REQUEST_HEADERS,
      headers: ANSWER_HEADERS,
      examples: Object.fromEntries([...this.#problemCodes].sort().map((code) => [code, problemExample(code)])),
      responses: Object.fromEntries(Object.entries(this.#responses).sort(([a], [b]) => (a < b ? -1 : 1))),
      schemas: Object.fromEntries(schemas.sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  #parameters({ method, pathParameters, query, queryNames, headers }: Route, { takes }: MethodFacts) {
    const named: readonly (readonly [boolean, RequestHeader])[] = [
      [takes.has('Meta'), 'IdempotencyKey'],
      [takes.has('IfMatch'), 'IfMatch'],
      [method === 'get' || takes.has('IfMatch'), 'IfNoneMatch'],
      [isCommand(takes) || mayWait(query), 'Prefer'],
      [isCommand(takes), 'OnBehalfOf'],
      [isCommand(takes), 'CorrelationId'],
      [isCommand(takes), 'Traceparent'],
      [headers.includes('last-event-id'), 'LastEventId'],
    ];
    const parameters = [
      ...pathParameters.map(pathParameter),
      ...(query === undefined ? [] : this.#query(query)),
      ...queryNames.map(queryParameter),
      ...named.flatMap(([is, name]) => (is ? [{ $ref: `#/components/parameters/${name}` }] : [])),
    ];
    return parameters.length === 0 ? {} : { parameters };
  }

  #query(shape: new () => object) {
    const { properties, required } = this.#shapes.inline(shape);
    const needed = new Set(Array.isArray(required) ? (required as readonly string[]) : []);
    return Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      ...(description !== undefined && { description }),
      ...(needed.has(name) && { required: true }),
      schema,
    }));
  }

  #body({ method, path, body, config: { consumes } }: Route) {
    if (consumes !== undefined)
      return {
        requestBody: {
          required: true,
          content: { [consumes]: { schema: { type: 'string' }, ...fileExample(consumes) } },
        },
      };
    if (body === undefined) return {};
    const schema = this.#shapes.ref(body.shape);
    const example = REQUEST_EXAMPLES[`${method} ${path}`] ?? this.#examples.of(schema);
    const content = { [JSON_TYPE]: { schema, example } };
    return { requestBody: { required: !body.mayBeAbsent, content } };
  }

  #answers(route: Route, facts: MethodFacts) {
    const { method, config } = route;
    const { answer, headers } = facts;
    const { produces = [JSON_TYPE] } = config;
    const content = Object.fromEntries(
      produces
        .filter((type) => type !== PROBLEM_TYPE)
        .map((type) => [
          type,
          type === JSON_TYPE ? { schema: answer, example: this.#examples.of(answer) } : { schema: { type: 'string' } },
        ]),
    );
    const given = statusesOf(route, facts);
    const mayBeKept = method === 'get' && given.includes(200) && !produces.includes('text/event-stream');
    const all = mayBeKept ? new Set([...headers, 'etag']) : headers;
    return {
      ...Object.fromEntries(
        given.map((each) => [
          String(each),
          {
            description: DESCRIPTIONS[each] ?? 'Done.',
            ...headerRefs(headersAt(each, all)),
            ...(!BODILESS.has(each) && { content }),
          },
        ]),
      ),
      ...(mayBeKept && { '304': { description: 'What you have still holds.', ...headerRefs(headersAt(200, all)) } }),
    };
  }

  #problems(route: Route, facts: MethodFacts) {
    const answers = [...problemsOf(route, facts)].map(([status, codes]) => {
      codes.forEach((code) => this.#problemCodes.add(code));
      // A browser that has no session is told on a page how to get one.
      const leadsIn = status === 401 && isPage(route.config) && route.config.needs !== undefined;
      const name = `${status}.${codes.join('.')}${leadsIn ? '.page' : ''}`;
      this.#responses[name] ??= problemAnswer(status, codes, leadsIn ? { [HTML]: { schema: { type: 'string' } } } : {});
      return [String(status), { $ref: `#/components/responses/${name}` }] as const;
    });
    return Object.fromEntries(answers);
  }
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Recorded.',
  202: 'Begun.',
  204: 'Done; there is nothing to say.',
  303: 'Go on there.',
  401: 'The link opens nothing.',
  503: 'Not at the moment.',
};

const BODILESS = new Set([204, 303]);

/** A method that sends its answer itself may leave the framework's status unused. */
const statusesOf = ({ status }: Route, { statuses, sendsItself }: MethodFacts): readonly number[] => {
  const isReplaced = sendsItself && [...statuses].some((each) => each < 400);
  return [...new Set([...(isReplaced ? [] : [status]), ...statuses])].sort((a, b) => a - b);
};

const headersAt = (status: number, headers: ReadonlySet<string>): readonly string[] =>
  [...headers].filter(
    (name) =>
      name in ANSWER_HEADERS &&
      (name !== 'retry-after' || status === 503) &&
      (name !== 'etag' || status < 300) &&
      (name !== 'location' || status < 400),
  );

interface About {
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

const assertUnique = (ids: readonly string[]): void => {
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`Two routes are called ${twice.join(', ')}: rename a method.`);
};

/** The OpenAPI 3.1 document of these controllers. @throws Error that says what a route lacks, and where */
export const documentOf = (
  controllers: readonly Type[],
  sources: Sources,
  { version, description, license }: About,
) => {
  const builder = new DocumentBuilder(sources);
  const operations = routesOf(controllers).map((route) => ({ route, operation: builder.operation(route) }));
  assertUnique(operations.map(({ operation }) => operation.operationId));
  const paths: Record<string, Record<string, object>> = {};
  const place = ({ operation: { tags } }: (typeof operations)[number]) =>
    TAGS.findIndex(({ name }) => name === tags[0]);
  for (const { route, operation } of operations.sort((a, b) => place(a) - place(b)))
    paths[route.path] = { ...paths[route.path], [route.method]: operation };
  return {
    openapi: '3.1.0',
    info: { title: 'Ledgerdesk', version, description, license: { name: license, identifier: license } },
    servers: [{ url: '/' }],
    tags: TAGS.map(({ name, description }) => ({ name, description })),
    paths,
    components: builder.components(),
  };
};
