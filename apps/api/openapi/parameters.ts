import { OBLIGATION_KINDS } from '#service-level';
import { PROBLEMS } from '../src/problems/problem-codes.js';
import type { Schema } from './schema.js';

const ID: Schema = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' };
const UUID: Schema = { type: 'string', format: 'uuid' };

interface Parameter {
  readonly description: string;
  readonly schema: Schema;
  readonly example: string | number;
}

const PATH: Readonly<Record<string, Parameter>> = {
  id: {
    description: 'The id of the service request.',
    schema: UUID,
    example: '84a0cd70-6c2e-550a-bc11-cbee5c439d4d',
  },
  kind: {
    description: 'Which promise of the service request.',
    schema: { type: 'string', enum: OBLIGATION_KINDS },
    example: 'programFirstResponse',
  },
  cycle: {
    description: 'Which one of its kind, counted from 1 on.',
    schema: { type: 'integer', minimum: 1, maximum: 999_999 },
    example: 1,
  },
  customerId: { description: 'The id that you gave the customer.', schema: ID, example: 'contoso' },
  calendarId: { description: 'The id of the calendar.', schema: ID, example: 'our-hours' },
  policyId: { description: 'The id of the policy.', schema: ID, example: 'our-policy' },
  tenantId: {
    description: 'The id of the tenant.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' },
    example: 'contoso',
  },
  alertId: { description: 'The id of the alert.', schema: UUID, example: 'e8dd7a94-04ec-5ffb-952f-78f39e7c9522' },
  keyId: { description: 'The id of the key.', schema: ID, example: '01a1fcc3-4dbf-7166-be9e-d9b4675ff0e3' },
  name: {
    description: 'The name of the read model.',
    schema: { type: 'string', minLength: 1, maxLength: 64 },
    example: 'service-requests',
  },
  code: {
    description: 'The last part of a problem’s `type`.',
    schema: { type: 'string', enum: Object.keys(PROBLEMS).sort() },
    example: 'validation',
  },
};

/** @throws Error for a part of an address that nothing is said of */
export const pathParameter = (name: string) => {
  const known = PATH[name];
  if (known === undefined) throw new Error(`{${name}} is not described: add it to apps/api/openapi/parameters.ts.`);
  return { name, in: 'path', required: true, ...known };
};

const QUERY: Readonly<Record<string, Parameter>> = {
  token: {
    description: 'What the link carries.',
    schema: { type: 'string' },
    example: '0YzPv1sTn2J4Yq1cM2t6mE3xH8kq7uVb5wRjLd9aFg0',
  },
};

/** @throws Error for a name of a query that nothing is said of */
export const queryParameter = (name: string) => {
  const known = QUERY[name];
  if (known === undefined) throw new Error(`?${name}= is not described: add it to apps/api/openapi/parameters.ts.`);
  return { name, in: 'query', ...known };
};

/** Headers that a request may carry. */
export const REQUEST_HEADERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes the command repeatable for ever: the same key and body have one effect and get the same answer again.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
    example: 'b1f5a4de-mail-does-not-arrive',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'The `ETag` of an answer, or several: carried out only if the resource is still at such a revision. `*`: if it exists.',
    schema: { type: 'string' },
    example: '"2"',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description:
      'The `ETag` of the answer that you have: answered with 304 if it is still the same. With a command, `*`: carried out only if there is nothing yet.',
    schema: { type: 'string' },
    example: '"2"',
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description:
      '`wait=5`: answered once the read models have seen it, or after so many seconds, 30 at most (RFC 7240).',
    schema: { type: 'string' },
    example: 'wait=5',
  },
  Traceparent: {
    name: 'traceparent',
    in: 'header',
    description:
      'The trace that the command belongs to (W3C Trace Context), recorded with its events; `tracestate` too.',
    schema: { type: 'string' },
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
  CorrelationId: {
    name: 'X-Correlation-Id',
    in: 'header',
    description: 'Recorded with every event of the command; any other text is passed over.',
    schema: UUID,
    example: '0f1ab8a2-5a5e-4d0e-9a57-3c1d2ab1f0c4',
  },
  OnBehalfOf: {
    name: 'Ledgerdesk-On-Behalf-Of',
    in: 'header',
    description:
      'The person that a service acts for, recorded beside it; for those with the capability `actors.onBehalf`.',
    schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
    example: 'ann@contoso.example',
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The last `id` seen: the stream goes on after it, without a gap or a double.',
    schema: { type: 'string', pattern: '^(?:\\d{1,20}(?:\\.\\d{1,20})?)?$' },
    example: '42',
  },
} as const;

export type RequestHeader = keyof typeof REQUEST_HEADERS;

/** Headers that an answer may carry, by their names in small letters. */
export const ANSWER_HEADERS: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>> = {
  etag: {
    description: 'The revision that this answer tells of, as `If-Match` takes it.',
    schema: { type: 'string', examples: ['"2"'] },
  },
  'idempotency-replayed': {
    description: 'Sent when the command had been carried out before: this is the answer of then.',
    schema: { type: 'string', enum: ['true'] },
  },
  location: { description: 'Where the new resource is.', schema: { type: 'string', format: 'uri-reference' } },
  'retry-after': { description: 'Seconds after which to try again.', schema: { type: 'string', pattern: '^\\d+$' } },
  'www-authenticate': { description: 'Which key is asked for, and why.', schema: { type: 'string' } },
  'cache-control': { description: 'How long the answer may be kept.', schema: { type: 'string' } },
  'content-security-policy': {
    description: 'What a page may load: nothing but its own text and style.',
    schema: { type: 'string' },
  },
  'referrer-policy': {
    description: 'Keeps the address, which is a secret, from other servers.',
    schema: { type: 'string' },
  },
  'set-cookie': { description: 'The session, or its end.', schema: { type: 'string' } },
  vary: { description: 'The request headers that the answer depends on.', schema: { type: 'string' } },
  'x-accel-buffering': { description: 'Tells a proxy to pass events on at once.', schema: { type: 'string' } },
};
