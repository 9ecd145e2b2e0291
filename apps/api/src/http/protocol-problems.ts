import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problem, sendProblem } from './problem.js';
import { refuseBare } from './refuse-bare.js';

const EXPECTATION_FAILED = problem('expectation-failed', 'The only expectation that is met here is 100-continue.');

const refuseExpectation = (request: IncomingMessage, response: ServerResponse): void => {
  // The body, if any, has not been read: what follows it cannot be told from it.
  refuseBare(request, response, EXPECTATION_FAILED, { connection: 'close' });
};

/** Node drops some of these when they come twice, and joins others: neither is what was meant. */
const SINGLE = new Set([
  'authorization',
  'content-type',
  'host',
  'idempotency-key',
  'if-match',
  'ledgerdesk-on-behalf-of',
]);

/** As a rule nothing came twice, which two lengths tell. */
const sentTwice = ({ rawHeaders, headers }: IncomingMessage): string | undefined => {
  if (rawHeaders.length === 2 * Object.keys(headers).length) return undefined;
  const seen = new Set<string>();
  return rawHeaders
    .filter((_, index) => index % 2 === 0)
    .map((name) => name.toLowerCase())
    .find((name) => SINGLE.has(name) && (seen.has(name) || !seen.add(name)));
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
    const twice = sentTwice(raw);
    if (headers.host === undefined && raw.httpVersion !== '1.0')
      sendProblem(reply, problem('bad-request', 'HTTP/1.1 needs the header Host.'));
    else if (twice !== undefined)
      sendProblem(reply, problem('duplicate-header', `The header ${twice} was sent twice.`));
    else if (headers['transfer-encoding'] !== undefined && headers['transfer-encoding'].toLowerCase() !== 'chunked')
      // Node passes on what it cannot decode; a proxy in front may have read it as something else.
      sendProblem(reply, problem('bad-request', 'The only transfer coding that is understood here is chunked.'));
    else next();
  });
};
