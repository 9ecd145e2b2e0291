import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '#access';
import type { IfRevision } from '#aggregates';
import {
  type CommandId,
  commandIdOf,
  type CommandMeta,
  type CorrelationId,
  DomainError,
  isUuid,
  newUuid,
} from '#kernel';
import { revisionsIn } from './entity-tag.js';
import { traceContextOf } from './trace-context.js';

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/** The same content in another order of fields is the same command. */
const canonical = (value: unknown): string => {
  if (value === undefined) return '';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join()}}`;
};

/** Who a command is for is part of it: the answer to another person's must not name this one. Without one it is as it ever was. */
const fingerprintOf = ({ method, url, body, principal }: FastifyRequest): string =>
  createHash('sha256')
    .update(
      `${method} ${url}\n${canonical(body)}${principal?.onBehalfOf === undefined ? '' : `\n${principal.onBehalfOf}`}`,
    )
    .digest('base64url')
    .slice(0, 22);

export const principalOf = ({ principal }: FastifyRequest): Principal => {
  if (principal === undefined) throw new Error('A route was reached without authentication.');
  return principal;
};

const keyOf = ({ headers }: FastifyRequest): string | undefined => {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && PRINTABLE.test(key)) return key;
  throw new DomainError(
    'invalid',
    'idempotency-key-invalid',
    'An Idempotency-Key has 1 to 255 printable ASCII characters.',
  );
};

/** Who commands, under which id: derived from the idempotency key, so that a repeat is known for ever (G4). */
const metaOf = (request: FastifyRequest, key = keyOf(request)): CommandMeta => {
  const { tenantId, actor, onBehalfOf } = principalOf(request);
  const given = request.headers['x-correlation-id'];
  const commandId = key === undefined ? (newUuid() as CommandId) : commandIdOf(tenantId, key);
  const correlationId = (isUuid(given) ? given : commandId) as CorrelationId;
  return {
    commandId,
    correlationId,
    tenantId,
    actor,
    ...traceContextOf(request.headers),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(key === undefined ? {} : { fingerprint: fingerprintOf(request) }),
  };
};

export const Meta = createParamDecorator((_: unknown, context: ExecutionContext) =>
  metaOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/**
 * As {@link Meta}, of a command whose key follows from what it is about, whatever Idempotency-Key says.
 * `keyOf` is given the body before it is checked.
 */
export const MetaBy = createParamDecorator((keyOf: (body: unknown) => string, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return metaOf(request, keyOf(request.body));
});

export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The revisions of `If-Match`; its `*` asks for anything that exists, that of `If-None-Match` for nothing. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): IfRevision | undefined => {
  const { 'if-match': tags, 'if-none-match': absent } = context.switchToHttp().getRequest<FastifyRequest>().headers;
  if (tags === undefined) return absent?.trim() === '*' ? 'none' : undefined;
  if (tags.trim() === '*') return 'any';
  const revisions = revisionsIn(tags);
  if (revisions.length === 0)
    throw new DomainError(
      'precondition-failed',
      'revision-mismatch',
      'If-Match takes strong tags as answers gave them, for example "7".',
    );
  return revisions;
});
