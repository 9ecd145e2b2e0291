import { validateHeaderValue } from 'node:http';
import fc, { type Arbitrary } from 'fast-check';

const NASTY_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e\ufeff',
  '../..',
  '__proto__',
  'constructor',
  'NaN',
  '1e999',
  '-0',
  '-1',
  '0',
  '99999999999999999999',
  '2026-02-30T00:00:00Z',
  'Mars/Olympus',
  'P1M',
  '{"a":1}',
  "' OR 1=1 --",
  'x'.repeat(300),
  'x'.repeat(25_000),
] as const;

const deep = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** What no field asks for, or hardly any. */
const NASTY: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...NASTY_TEXTS) },
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], -1, 0, 1.5, 1e308, -1e308, 2 ** 53, 5e-324),
  fc.constantFrom<unknown>(deep(20), deep(400), { length: 3 }, { toString: 1 }, { then: 'x' }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue(),
);

type Path = readonly (string | number)[];

const placesIn = (value: unknown, at: Path = []): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))]
    : [at];

/** The value with another at a place; undefined takes it away. */
const withAt = (value: unknown, [key, ...rest]: Path, changed: (inner: unknown) => unknown): unknown => {
  if (key === undefined) return changed(value);
  if (Array.isArray(value))
    return value.map((inner: unknown, index) => (String(index) === key ? withAt(inner, rest, changed) : inner));
  const object = value as Readonly<Record<string, unknown>>; // placesIn found the key in it
  return { ...object, [key]: withAt(object[key], rest, changed) };
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isObject = (value: unknown): value is object => typeof value === 'object';

const CHANGES: readonly ((inner: unknown, nasty: unknown) => unknown)[] = [
  (_, nasty) => nasty,
  () => undefined,
  (inner) => [inner],
  (inner) => JSON.stringify(inner),
  (inner, nasty) => (isList(inner) ? [...inner, nasty] : { ...(isObject(inner) ? inner : {}), extra: nasty }),
  (inner) => (isList(inner) ? Array.from({ length: 201 }, (_, index) => inner[index % inner.length]) : null),
  (inner) => (typeof inner === 'string' ? inner.padEnd(20_001, inner || 'x') : { value: inner }),
];

/** A body in which one place is not what it was. */
export const brokenBody = (valid: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.tuple(valid, fc.nat(), fc.constantFrom(...CHANGES), NASTY).map(([value, number, change, nasty]) => {
    const places = placesIn(value);
    const place = places[number % places.length] ?? [];
    return withAt(value, place, (inner) => change(inner, nasty)) ?? null;
  });

/** Texts that are not the JSON of the body, or no JSON at all. */
export const brokenText = (valid: Arbitrary<string>): Arbitrary<string | Buffer> =>
  fc.oneof(
    fc.tuple(valid, fc.nat()).map(([text, at]) => text.slice(0, at % Math.max(1, text.length))),
    fc.tuple(valid, fc.nat()).map(([text, at]) => Buffer.from(text.slice(0, at % 400), 'utf16le')),
    valid.map((text) => `${text}${text}`),
    valid.map((text) => `\ufeff${text}`),
    valid.map((text) => text.replace('{', '{"__proto__":{"admin":true},')),
    valid.map((text) => text.replace('{', `{"a":${'['.repeat(3_000)}${']'.repeat(3_000)},`)),
    valid.map((text) => text.replace('{', `{"a":1e400,"a":-0,`)),
    fc.constantFrom('', ' ', 'null', '[]', '7', '"x"', 'NaN', `"${'x'.repeat(300_000)}"`, '{"a":"\ud800"}'),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  );

const isSendable = (value: string): boolean => {
  try {
    validateHeaderValue('x', value);
    return true;
  } catch {
    return false;
  }
};

const HEADER_VALUES = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '*',
    '""',
    '"1"',
    'W/"1"',
    '"1", "2"',
    '-1',
    '0',
    'caf\u00e9',
    'x'.repeat(300),
    ',,;=',
    '{}',
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 30 }).filter(isSendable),
);

/** Headers that are none, or that ask for what is not given. */
export const ODD_HEADERS: Arbitrary<readonly (readonly [string, string])[]> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        ...['Idempotency-Key', 'If-Match', 'If-None-Match', 'Prefer', 'traceparent', 'tracestate', 'Accept'],
        ...['Ledgerdesk-On-Behalf-Of', 'X-Correlation-Id', 'X-Request-Id', 'Last-Event-ID', 'Cookie', 'Range'],
        ...['Accept-Encoding', 'Content-Type', 'Content-Encoding', 'If-Modified-Since', 'Origin', 'Referer'],
        ...['Authorization', 'X-HTTP-Method-Override', 'X-Forwarded-For', 'X-Forwarded-Proto', 'Accept-Language'],
      ),
      HEADER_VALUES,
    )
    .map((header) => [header]),
  fc
    .constantFrom('Idempotency-Key', 'If-Match', 'If-None-Match', 'Prefer', 'traceparent', 'Accept')
    .map((name) => [[name, '"1"'] as const, [name, '"2"'] as const]),
  fc.constantFrom(
    [['Accept', 'image/png'] as const],
    [['Accept', 'application/json;q=0, */*;q=0.1'] as const],
    [['Accept', '*/*;q=0'] as const],
    [['Accept', 'text/html'] as const],
    [['Accept-Encoding', 'br'] as const],
    [['Accept-Encoding', 'gzip, identity;q=0'] as const],
    [['Accept-Encoding', '*;q=0'] as const],
    [['Content-Type', 'text/plain'] as const],
    [['Content-Type', 'application/json; charset=utf-16'] as const],
    [['Content-Type', 'application/merge-patch+json'] as const],
    [['Content-Type', 'multipart/form-data; boundary=x'] as const],
    [['Content-Encoding', 'gzip'] as const],
    [['Cookie', 'ledgerdesk_session=none'] as const],
    [['Cookie', 'ledgerdesk_session=none'] as const, ['Sec-Fetch-Site', 'cross-site'] as const],
    [['Origin', 'https://elsewhere.example'] as const, ['Sec-Fetch-Site', 'cross-site'] as const],
    [['Prefer', 'wait=0'] as const],
    [['Prefer', 'return=minimal, wait="1"; x, respond-async'] as const],
    [['traceparent', '00-00000000000000000000000000000000-0000000000000000-ff'] as const],
    [['Expect', '100-continue'] as const],
  ),
);

/** Longer ones are refused before any operation sees them. */
const LONGEST_PART = 8_000;

/** What takes the place of a parameter in an address, already as an address has it. */
export const ODD_PARTS: Arbitrary<string> = fc.oneof(
  fc.constantFrom<string>(...NASTY_TEXTS).map((text) => encodeURIComponent(text.toWellFormed()).slice(0, LONGEST_PART)),
  fc.constantFrom('%zz', '%00', '%c3%28', '..%2f..', '.', '%2e%2e', '1;x=1', '1+1', 'x'.repeat(3_000)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
);

export const OTHER_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'QUERY', 'TRACE'] as const;
