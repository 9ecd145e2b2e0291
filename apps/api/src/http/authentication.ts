import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessKeys, Principal } from '#access';
import { problem, PROBLEM_JSON } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

const OPEN = '/health/';

const refuse = (reply: FastifyReply, detail: string): void => {
  void reply
    .code(401)
    .header('www-authenticate', 'Bearer realm="ledgerdesk"')
    .type(PROBLEM_JSON)
    .send(JSON.stringify(problem(401, 'unauthenticated', detail)));
};

/** Everything but health needs a key, known before a byte of the body is read; a route added later is closed by default. */
export const authenticate = (server: FastifyInstance, keys: AccessKeys): void => {
  server.decorateRequest('principal', undefined);
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next) => {
    if (request.url.startsWith(OPEN)) {
      next();
      return;
    }
    const [, key] = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '') ?? [];
    if (key === undefined) {
      refuse(reply, 'Send your API key with the header Authorization: Bearer <key>.');
      return;
    }
    request.principal = keys.whoHas(key);
    if (request.principal === undefined) refuse(reply, 'This API key is not known.');
    else next();
  });
};
