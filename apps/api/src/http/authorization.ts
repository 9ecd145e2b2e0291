import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Capability, may, type Principal, whoMay } from '#access';
import { OPEN } from './authentication.js';
import { problem, sendProblem } from './problem.js';
import type { Refusals } from './refusals.js';

/** Printable, and not blank at its ends. */
const PERSON = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;

const mayCall = (caller: Principal | undefined, capability: Capability): boolean =>
  caller !== undefined && may(capability, caller.tenantId, caller.actor.role);

const PERSON_HEADER = 'ledgerdesk-on-behalf-of';

const guard =
  (needs: Capability, refusals: Refusals) =>
  (request: FastifyRequest, reply: FastifyReply, next: () => void): void => {
    const { principal, headers } = request;
    const person = headers[PERSON_HEADER];
    const needed: readonly Capability[] = person === undefined ? [needs] : [needs, 'actors.onBehalf'];
    const lacking = needed.find((capability) => !mayCall(principal, capability));
    if (lacking !== undefined) {
      refusals.note(request, 'forbidden', lacking);
      sendProblem(reply, problem('forbidden', whoMay(lacking)));
    } else if (person === undefined || principal === undefined) next();
    else if (typeof person !== 'string' || !PERSON.test(person))
      sendProblem(reply, problem('on-behalf-of-invalid', 'Ledgerdesk-On-Behalf-Of has 1 to 128 printable characters.'));
    else {
      request.principal = { ...principal, onBehalfOf: person };
      next();
    }
  };

/**
 * Lets those in who may, before the body is read; call it before the first route. The boot fails with an Error for a
 * route that says nothing, so that none is open by mistake.
 */
export const authorize = (server: FastifyInstance, refusals: Refusals): void => {
  server.addHook('onRoute', (route) => {
    if (OPEN.test(route.url)) return;
    const needs = route.config?.needs;
    if (needs === undefined)
      throw new Error(`${route.method.toString()} ${route.url} does not say who may: add @Needs to its method.`);
    route.onRequest = [route.onRequest ?? [], guard(needs, refusals)].flat();
  });
};
