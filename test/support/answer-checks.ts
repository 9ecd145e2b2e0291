import ajv, { type ValidateFunction } from '@redocly/ajv/dist/2020.js';

type Schema = Readonly<Record<string, unknown>>;

interface Content {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}

interface Answered {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Content>>;
}

interface Operation {
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Answered>>;
}

/** As much of an OpenAPI document as its checks read. */
export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, Answered>>;
    readonly headers: Readonly<Record<string, { readonly schema: Schema }>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i,
  date: /^\d{4}-\d\d-\d\d$/,
  duration: /^PT(?=\d)(?:\d+H)?(?:\d+M)?(?:[\d.]+S)?$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  email: /^\S+@\S+$/,
  hostname: /^[a-z0-9.-]+$/i,
  'uri-reference': /^\S+$/,
};

/** What any answer may carry; the document says so once, at its beginning. */
const ALWAYS = new Set([
  'x-request-id',
  'x-content-type-options',
  'referrer-policy',
  'cross-origin-resource-policy',
  'cache-control',
  'ratelimit',
  'ratelimit-policy',
  'vary',
  'content-encoding',
  'preference-applied',
  'content-type',
  'content-length',
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
]);

const PROBLEM_TYPE = 'application/problem+json';
/** What is no proper HTTP: said once for all, at the beginning of the document. */
const PROTOCOL = new Set([408, 417, 431]);

/** Compares answers with what a document says of their route: status, media type, headers and every field. */
export class AnswerChecks {
  answered = 0;
  readonly #ajv = new ajv.default({ strict: false, allErrors: true, formats: { ...FORMATS } });
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #patterns: readonly (readonly [RegExp, string])[];

  constructor(private readonly document: Described) {
    this.#ajv.addSchema({ $id: 'api', ...document });
    this.#patterns = Object.keys(document.paths)
      .sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
      .map((path) => [new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`), path]);
  }

  /** Whether the document has an operation at this address; a HEAD is its GET. */
  describes(method: string, url: string): boolean {
    return this.#operation(method, url) !== undefined;
  }

  /** @throws Error that says how an answer differs from what is written of it */
  assert(method: string, url: string, answer: Answer): void {
    const { statusCode, headers, body } = answer;
    const where = `${method} ${url} ${statusCode}`;
    if (PROTOCOL.has(statusCode)) {
      this.assertProblem(method, url, answer);
      return;
    }
    const operation = this.#operation(method, url);
    const described = this.#resolve(operation?.responses[statusCode]);
    if (described === undefined) throw new Error(`${where} is not described: ${body}`);
    const unknown = Object.keys(headers).filter((name) => !ALWAYS.has(name) && !(name in (described.headers ?? {})));
    if (unknown.length > 0) throw new Error(`${where} does not say the headers ${unknown.join(', ')}.`);
    const wrong = [...this.#wrongHeaders(headers), ...this.#wrongBody(method, described, answer)];
    if (wrong.length > 0) throw new Error(`${where}: ${wrong.join('; ')} in ${body}`);
    this.answered += 1;
  }

  /** Checks what is answered where nothing is described. @throws Error unless it is a problem document of its status */
  assertProblem(method: string, url: string, { statusCode, headers, body }: Answer): void {
    const where = `${method} ${url} ${statusCode}`;
    if (typeOf(headers) !== PROBLEM_TYPE) throw new Error(`${where} is no problem document: ${body}`);
    if (method === 'HEAD') return;
    const problem = JSON.parse(body) as { readonly status?: unknown };
    const wrong = this.wrong({ $ref: '#/components/schemas/Problem' }, problem);
    if (wrong.length > 0) throw new Error(`${where}: ${wrong.join('; ')} in ${body}`);
    if (problem.status !== statusCode) throw new Error(`${where} says another status: ${body}`);
  }

  /** Where an example is not what its schema asks for. */
  wrongExamples(): readonly string[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { requestBody, responses }]) =>
        [requestBody ?? {}, ...Object.values(responses)].flatMap(({ content = {} }: Answered) =>
          Object.values(content).flatMap(({ schema, example }) =>
            (example === undefined ? [] : this.wrong(schema, example)).map((text) => `${method} ${path}: ${text}`),
          ),
        ),
      ),
    );
  }

  #operation(method: string, url: string): Operation | undefined {
    const [path = ''] = url.split('?', 1);
    const candidates = this.#patterns.filter(([pattern]) => pattern.test(path));
    return candidates
      .map(([, template]) => this.document.paths[template]?.[method === 'HEAD' ? 'get' : method.toLowerCase()])
      .find((operation) => operation !== undefined);
  }

  #resolve(answer: Answered | undefined): Answered | undefined {
    if (answer?.$ref === undefined) return answer;
    return this.document.components.responses[answer.$ref.split('/').at(-1) ?? ''];
  }

  #wrongBody(method: string, { content }: Answered, { headers, body }: Answer): readonly string[] {
    if (content === undefined) return body === '' ? [] : ['no body is described'];
    const type = typeOf(headers);
    const schema = (content[type] ?? content['*/*'])?.schema;
    if (schema === undefined) return [`${type} is not described`];
    if (method === 'HEAD') return body === '' ? [] : ['a HEAD has no body'];
    return /[/+]json$/.test(type) ? this.wrong(schema, JSON.parse(body)) : [];
  }

  #wrongHeaders(headers: Answer['headers']): readonly string[] {
    return Object.entries(headers).flatMap(([name, value]) => {
      const schema = this.document.components.headers[name]?.schema;
      return schema === undefined ? [] : this.wrong(schema, String(value)).map((text) => `the header ${name} ${text}`);
    });
  }

  /** What a schema of the document has against a value. */
  wrong(schema: Schema, value: unknown): readonly string[] {
    const validate = this.#validatorOf(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  #validatorOf(schema: Schema): ValidateFunction {
    // Names in the schema are looked up in the whole document.
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/');
    const known = this.#validators.get(text) ?? this.#ajv.compile(JSON.parse(text) as Schema);
    this.#validators.set(text, known);
    return known;
  }
}

const typeOf = (headers: Answer['headers']): string => String(headers['content-type']).split(';', 1)[0] ?? '';
