import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Paging } from './cursor.js';
import { principalOf } from './meta.decorator.js';
import { pathOf } from './request-line.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Signs cursors. */
    cursorSecret: Buffer;
  }
}

/** What moves through a list, or waits for it, and does not choose what is in it. */
const MOVES = new Set(['cursor', 'limit', 'waitFor']);

const pagingOf = (request: FastifyRequest): Paging => {
  const query = request.query as Readonly<Record<string, unknown>>; // as Fastify parses it
  const filter = Object.fromEntries(Object.entries(query).filter(([name]) => !MOVES.has(name)));
  const { cursor } = query;
  const scope = { tenantId: principalOf(request).tenantId, path: pathOf(request.url), filter };
  return new Paging(request.server.cursorSecret, scope, typeof cursor === 'string' ? cursor : undefined);
};

/** Where the page that is asked for begins, and the cursors of the next one. */
export const Paged = createParamDecorator((_: unknown, context: ExecutionContext) =>
  pagingOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
