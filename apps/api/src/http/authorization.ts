import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Capability, may, whoMay } from '#access';
import { OPEN } from './authentication.js';
import { problem, sendProblem } from './problem.js';
import type { Refusals } from './refusals.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route that needs a key, with what its caller must be allowed to. */
    guardedRoutes: { readonly method: string; readonly url: string; readonly needs: Capability }[];
    /** These and the open ones, which need nothing. */
    knownRoutes: { readonly method: string; readonly url: string; readonly needs?: Capability | undefined }[];
  }
}

const guard =
  (needs: Capability, refusals: Refusals) =>
  (request: FastifyRequest, reply: FastifyReply, next: () => void): void => {
    const { principal } = request;
    if (principal !== undefined && may(needs, principal.tenantId, principal.actor.role)) {
      next();
      return;
    }
    refusals.note(request, 'forbidden', needs);
    sendProblem(reply, problem('forbidden', whoMay(needs)));
  };

/**
 * Lets those in who may, before the body is read; call it before the first route. The boot fails with an Error for a
 * route that says nothing, so that none is open by mistake.
 */
export const authorize = (server: FastifyInstance, refusals: Refusals): void => {
  const routes: FastifyInstance['guardedRoutes'] = [];
  server.decorate('guardedRoutes', routes);
  const known: FastifyInstance['knownRoutes'] = [];
  server.decorate('knownRoutes', known);
  server.addHook('onRoute', (route) => {
    const needs = route.config?.needs;
    known.push(...[route.method].flat().map((method) => ({ method, url: route.url, needs })));
    if (OPEN.test(route.url)) return;
    if (needs === undefined)
      throw new Error(`${route.method.toString()} ${route.url} does not say who may: add @Needs to its method.`);
    routes.push(...[route.method].flat().map((method) => ({ method, url: route.url, needs })));
    route.onRequest = [route.onRequest ?? [], guard(needs, refusals)].flat();
  });
};
