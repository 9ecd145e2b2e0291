import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { preferred } from './accept.js';
import { problem, PROBLEM_JSON, sendProblem } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media types that the route answers with, the default one first; JSON when left out. */
    produces?: readonly string[];
    /** The one media type of its body; JSON when left out. */
    consumes?: string;
  }
}

export const HTML = 'text/html';
export const JSON_TEXT = 'application/json';
export const ICALENDAR = 'text/calendar';
export const NDJSON = 'application/x-ndjson';

/** Whether a route is there for browsers: one that has no session is led to the login. */
export const isPage = ({ produces }: FastifyContextConfig): boolean =>
  produces?.every((type) => type === HTML) === true;

const JSON_ROUTE = [JSON_TEXT, PROBLEM_JSON];

/** Answers with 406 what no representation of a route can satisfy, before the body is read; call it before the first route. */
export const refuseUnacceptable = (server: FastifyInstance): void => {
  server.addHook('onRoute', (route) => {
    const produces = route.config?.produces ?? JSON_ROUTE;
    const check = ({ headers }: FastifyRequest, reply: FastifyReply, next: () => void): void => {
      if (preferred(headers.accept, produces) === undefined)
        sendProblem(reply, problem('not-acceptable', `This address answers with ${produces.join(' or ')}.`));
      else next();
    };
    // After the server's own hooks: who may not enter is not told what there is.
    route.onRequest = [route.onRequest ?? [], check].flat();
  });
};

/** Answers with 415 what a route that takes no JSON does not take, before the body is read; call it before the first route. */
export const refuseOtherBodies = (server: FastifyInstance): void => {
  server.addHook('onRoute', (route) => {
    const consumes = route.config?.consumes;
    if (consumes === undefined) return;
    const check = ({ headers }: FastifyRequest, reply: FastifyReply, next: () => void): void => {
      const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
      if (type.trim().toLowerCase() === consumes) next();
      else
        sendProblem(reply, problem('unsupported-media-type', `Send a file with the header Content-Type: ${consumes}.`));
    };
    route.onRequest = [route.onRequest ?? [], check].flat();
  });
};
