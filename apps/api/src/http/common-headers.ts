import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { newUuid } from '#kernel';
import { isRead } from './request-line.js';

/** What every answer says to browsers: take it for what it says it is, tell nobody, embed it nowhere. No origin but our own reads it. */
export const SAFE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** RFC 9110's token. */
const REQUEST_ID = /^[\w!#$%&'*+.^`|~-]{1,64}$/;

/** The caller's own id of a request, where it may stand in a log; else a new one. */
export const requestIdOf = ({ headers }: IncomingMessage): string => {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newUuid();
};

/** @param mayBeKept whether its reader may keep it, to ask later whether it still holds */
export const commonHeaders = (reply: FastifyReply, requestId: string, mayBeKept: boolean): void => {
  void reply.headers(SAFE).header('x-request-id', requestId);
  void reply.header('cache-control', mayBeKept ? 'private, no-cache' : 'no-store');
};

/** On every answer, refusals too; call it before other hooks are added. */
export const sendCommonHeaders = (server: FastifyInstance): void => {
  server.addHook('onRequest', ({ id, method }, reply, next) => {
    commonHeaders(reply, id, isRead(method));
    next();
  });
};
