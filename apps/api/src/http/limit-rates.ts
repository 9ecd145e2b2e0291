import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RateLimits, Verdict } from '#rate-limit';
import { problem, sendProblem } from './problem.js';

/** The names and form of draft-ietf-httpapi-ratelimit-headers: structured fields, one policy. */
const answerWith = ({ allowed, remaining, resetsInMs }: Verdict, policy: string, reply: FastifyReply): boolean => {
  const seconds = Math.max(1, Math.ceil(resetsInMs / 1_000));
  void reply.header('ratelimit-policy', policy).header('ratelimit', `"default";r=${remaining};t=${seconds}`);
  if (allowed) return true;
  void reply.header('retry-after', String(seconds));
  sendProblem(reply, problem('rate-limited', `This key has used up its requests. Try again in ${seconds} s.`));
  return false;
};

/** Refuses with 429 what is more than a key may send, before the body is read; call it once callers are known. */
export const limitRates = (server: FastifyInstance, limits: RateLimits): void => {
  const policy = `"default";q=${limits.limit};w=${limits.windowSeconds}`;
  server.addHook('onRequest', ({ principal }: FastifyRequest, reply, next) => {
    if (principal === undefined) {
      next();
      return;
    }
    const verdict = limits.spend(`${principal.tenantId}/${principal.actor.id}`);
    if (!(verdict instanceof Promise)) {
      if (answerWith(verdict, policy, reply)) next();
      return;
    }
    verdict.then((known) => {
      if (answerWith(known, policy, reply)) next();
    }, next);
  });
};
