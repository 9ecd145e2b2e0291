import type { FastifyInstance, FastifyRequest } from 'fastify';
import { preferred } from './accept.js';
import { PROBLEM_JSON } from './problem.js';
import { HTML } from './representations.js';
import { isRead, pathOf } from './request-line.js';

/** Whether whoever asks would rather see a page than a problem document: a person with a browser. */
export const wantsPage = ({ headers }: FastifyRequest): boolean =>
  preferred(headers.accept, [PROBLEM_JSON, HTML]) === HTML;

/** The address that the last line of the start prints is the first that a person opens. */
export const leadBrowsers = (server: FastifyInstance): void => {
  server.addHook('onRequest', (request, reply, next) => {
    if (isRead(request.method) && pathOf(request.url) === '/' && wantsPage(request))
      void reply.header('vary', 'accept').redirect('/docs', 303);
    else next();
  });
};
