import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { requestIdOf, SAFE } from './common-headers.js';
import { type Problem, PROBLEM_JSON } from './problem.js';
import { originFormOf, pathOf } from './request-line.js';

/** Answers what never reaches the framework, with all that its answers carry. What the request still sends is not read. */
export const refuseBare = (
  request: IncomingMessage,
  response: ServerResponse,
  sent: Problem,
  more: OutgoingHttpHeaders,
): void => {
  const body = JSON.stringify({ ...sent, instance: pathOf(originFormOf(request.url ?? '/')) });
  response
    .writeHead(sent.status, {
      ...SAFE,
      'content-type': PROBLEM_JSON,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-request-id': requestIdOf(request),
      ...more,
    })
    .end(body);
};
