import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AccessKeys, type AccessTokens, looksLikeToken, type Principal, type Sessions } from '#access';
import { INVITATION, sendLoginPage } from '../login/login-page.js';
import type { ProblemCode } from '../problems/problem-codes.js';
import { wantsPage } from './lead-browsers.js';
import { problem, sendProblem } from './problem.js';
import type { Refusals } from './refusals.js';
import { isPage } from './representations.js';
import { isOwnDoing, sessionOf } from './session-cookie.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

/** By what a caller is known. */
export interface Identities {
  readonly keys: AccessKeys;
  /** Absent: no access tokens are taken. */
  readonly tokens?: AccessTokens | undefined;
  readonly sessions: Sessions;
}

/** Health, the way in and out, and the pages that explain: that of a missing key must open without one. */
export const OPEN = /^\/(?:health\/|(?:problems|login|logout)(?:[/?]|$))/;

const CHALLENGE = 'Bearer realm="ledgerdesk"';
/** Longer than any key or sensible token, and shorter than what headers may be in all. */
const CREDENTIAL = /^Bearer +([\x21-\x7e]{1,8192})$/i;
const MEANT_AS_CREDENTIAL = /^Bearer(?: |$)/i;

class Refusal {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly challenge?: string,
  ) {}
}

const notKnown = (detail: string, challenge = `${CHALLENGE}, error="invalid_token"`): Refusal =>
  new Refusal('unauthenticated', detail, challenge);

const byToken = async (tokens: AccessTokens, token: string): Promise<Principal | Refusal> => {
  const verdict = await tokens.verdictOn(token);
  switch (verdict.kind) {
    case 'known':
      return verdict.principal;
    case 'invalid':
      return notKnown(verdict.detail);
    case 'no-tenant':
      return new Refusal('tenant-unknown', verdict.detail);
    case 'no-role':
      return new Refusal('role-unknown', verdict.detail);
    case 'unavailable':
      return new Refusal('issuer-unavailable', 'Access tokens cannot be checked at the moment: their issuer is away.');
  }
};

const bySession = (sessions: Sessions, request: FastifyRequest): Principal | Refusal => {
  const caller = sessions.whoHas(sessionOf(request) ?? '');
  if (caller === undefined)
    return notKnown('Send your API key with the header Authorization: Bearer <key>.', CHALLENGE);
  return isOwnDoing(request)
    ? caller
    : new Refusal('cross-site', 'With a session, what changes something must come from the pages of Ledgerdesk.');
};

/** At once for a key, so that it never waits for an issuer. */
const callerOf = (
  { keys, tokens, sessions }: Identities,
  request: FastifyRequest,
): Principal | Refusal | Promise<Principal | Refusal> => {
  const { authorization = '' } = request.headers;
  const [, credential] = CREDENTIAL.exec(authorization) ?? [];
  if (credential === undefined)
    return MEANT_AS_CREDENTIAL.test(authorization)
      ? notKnown('A key or token has 1 to 8192 printable characters, without spaces.')
      : bySession(sessions, request);
  const known = keys.whoHas(credential);
  if (known !== undefined) return known;
  if (tokens !== undefined && looksLikeToken(credential)) return byToken(tokens, credential);
  return notKnown('This API key is not known.');
};

/** Everything else needs a key or token, known before a byte of the body is read; a route added later is closed by default. */
export const authenticate = (server: FastifyInstance, identities: Identities, refusals: Refusals): void => {
  const refuse = (request: FastifyRequest, reply: FastifyReply, { code, detail, challenge }: Refusal): void => {
    refusals.note(request, code);
    if (challenge !== undefined) void reply.header('www-authenticate', challenge);
    if (code === 'unauthenticated' && isPage(request.routeOptions.config) && wantsPage(request))
      void sendLoginPage(reply.code(401).header('vary', 'accept'), INVITATION);
    else sendProblem(reply, problem(code, detail));
  };
  const admit = (request: FastifyRequest, reply: FastifyReply, caller: Principal | Refusal, next: () => void): void => {
    if (caller instanceof Refusal) {
      refuse(request, reply, caller);
      return;
    }
    request.principal = caller;
    if (identities.keys.index.isSuspended(caller))
      refuse(request, reply, new Refusal('tenant-suspended', 'The tenant of this key is suspended.'));
    else next();
  };
  server.decorateRequest('principal', undefined);
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next) => {
    if (OPEN.test(request.url)) {
      next();
      return;
    }
    const caller = callerOf(identities, request);
    if (caller instanceof Promise)
      caller.then((found) => {
        admit(request, reply, found, next);
      }, next);
    else admit(request, reply, caller, next);
  });
};
