import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessKeys, Principal } from '#access';
import { problem, sendProblem } from './problem.js';
import type { Refusals } from './refusals.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

/** Health, and the pages that explain: that of a missing key must open without one. */
export const OPEN = /^\/(?:health\/|(?:problems|docs|openapi\.json)(?:[/?]|$))/;

const CHALLENGE = 'Bearer realm="ledgerdesk"';

const refuse = (reply: FastifyReply, challenge: string, detail: string): void => {
  void reply.header('www-authenticate', challenge);
  sendProblem(reply, problem('unauthenticated', detail));
};

/** Everything else needs a key, known before a byte of the body is read; a route added later is closed by default. */
export const authenticate = (server: FastifyInstance, keys: AccessKeys, refusals: Refusals): void => {
  server.decorateRequest('principal', undefined);
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next) => {
    if (OPEN.test(request.url)) {
      next();
      return;
    }
    const [, key] = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '') ?? [];
    if (key === undefined) {
      refuse(reply, CHALLENGE, 'Send your API key with the header Authorization: Bearer <key>.');
      return;
    }
    request.principal = keys.whoHas(key);
    if (request.principal === undefined)
      refuse(reply, `${CHALLENGE}, error="invalid_token"`, 'This API key is not known.');
    else if (keys.isSuspended(request.principal)) {
      refusals.note(request, 'tenant-suspended');
      sendProblem(reply, problem('tenant-suspended', 'The tenant of this key is suspended.'));
    } else next();
  });
};
