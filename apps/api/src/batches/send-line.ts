import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { problem } from '../http/problem.js';
import type { LineAnswer, SendCommand } from './run-batch.js';

/** Who asks, and for whom: each line is let in, or refused, as if it had come alone. */
const PASSED_ON = [
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'ledgerdesk-on-behalf-of',
  'traceparent',
  'tracestate',
];

const passedOn = ({ headers }: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );

/** Of a line that comes to its turn while the server closes. */
const STOPPING: LineAnswer = {
  status: 503,
  body: problem('overloaded', 'Ledgerdesk is stopping. Nothing was recorded.'),
  replayed: false,
  retryAfter: 1,
};

const isClosing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'FST_ERR_REOPENED_CLOSE_SERVER';

/** Sends the lines of a batch through the server itself, in memory. */
export const lineSender = (server: FastifyInstance, request: FastifyRequest, log: Logger): SendCommand => {
  const headers = { ...passedOn(request), host: request.headers.host ?? '' };
  return async ({ method, key, body, ifMatch }, path) => {
    try {
      const answer = await server.inject({
        method,
        url: path,
        headers: { ...headers, 'idempotency-key': key, ...(ifMatch !== undefined && { 'if-match': ifMatch }) },
        ...(body !== undefined && { payload: body }),
      });
      const retryAfter = answer.headers['retry-after'];
      return {
        status: answer.statusCode,
        body: answer.body === '' ? null : answer.json(),
        replayed: answer.headers['idempotency-replayed'] === 'true',
        ...(retryAfter !== undefined && { retryAfter: Number(retryAfter) }),
      };
    } catch (error) {
      if (isClosing(error)) return STOPPING;
      log.error({ err: error }, 'A line of a batch could not be sent');
      return {
        status: 500,
        body: problem('internal', 'What became of this line is not known. Send it again with its key.'),
        replayed: false,
      };
    }
  };
};
