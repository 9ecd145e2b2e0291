import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problem, PROBLEM_JSON, sendProblem } from './problem.js';

const refuseExpectation = ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
  const sent = problem('expectation-failed', 'The only expectation that is met here is 100-continue.', {
    instance: url.split('?', 1)[0] ?? '',
  });
  // The body, if any, has not been read: what follows it cannot be told from it.
  response.writeHead(sent.status, { 'content-type': PROBLEM_JSON, connection: 'close' }).end(JSON.stringify(sent));
};

/**
 * What Node and Fastify would refuse by themselves, and not as a problem document; call it before other hooks are added,
 * on a server that does not require a Host itself.
 */
export const refuseAsProblems = (server: FastifyInstance): void => {
  server.server.on('checkExpectation', refuseExpectation);
  // Else Fastify asks what no route takes for a Content-Type first, and so hides that no route takes it.
  server.addHttpMethod('QUERY', { overrideExisting: true });
  server.addHook('onRequest', ({ headers, raw }: FastifyRequest, reply, next) => {
    if (headers.host !== undefined || raw.httpVersion === '1.0') next();
    else sendProblem(reply, problem('bad-request', 'HTTP/1.1 needs the header Host.'));
  });
};
