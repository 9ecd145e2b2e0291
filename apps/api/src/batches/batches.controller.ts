import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { wrongFields } from '#kernel';
import { Needs } from '../http/needs.decorator.js';
import { NDJSON } from '../http/representations.js';
import { asText } from './as-text.js';
import { type BatchLine, MOST_LINES, readLines } from './batch-line.js';
import { type LineAnswer, runBatch } from './run-batch.js';

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

/** Of a line whose sender had gone before it was begun: nobody reads it. */
const GONE: LineAnswer = { status: 499, body: null, replayed: false };

const linesOf = (file: string | undefined) => {
  const lines = readLines(file ?? '');
  if (lines.length >= 1 && lines.length <= MOST_LINES) return lines;
  throw wrongFields([
    { pointer: '#', code: 'lines', detail: `A batch has 1 to ${MOST_LINES} lines, not ${lines.length}.` },
  ]);
};

/** Many commands in one request, for importers. */
@Controller('v1/batches')
export class BatchesController {
  constructor(private readonly host: HttpAdapterHost) {}

  /**
   * Send many commands at once. One a line, each with its own `Idempotency-Key`; each is answered on a line of its own,
   * as if it had come alone. A line that is refused stops no other.
   */
  @Post()
  @HttpCode(200)
  @Needs('batches.send', { consumes: NDJSON, produces: [NDJSON, 'application/problem+json'], carriesCommands: true })
  async run(@Body() file: string | undefined, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const { batch } = request;
    if (batch === undefined) throw new Error('A batch was reached without the gate.');
    const lines = linesOf(file);
    const server: FastifyInstance = this.host.httpAdapter.getInstance();
    const headers = { ...passedOn(request), host: request.headers.host ?? '' };
    const send = async ({ method, key, body, ifMatch }: BatchLine, path: string): Promise<LineAnswer> => {
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
    };
    const sendInTurn = (line: BatchLine, path: string): Promise<LineAnswer> =>
      batch.run(async () => (reply.raw.destroyed ? GONE : send(line, path)));
    const hangUp = (): void => void reply.raw.destroy();
    // Reading ahead would hold answers that nobody may fetch.
    const answers = Readable.from(asText(runBatch(lines, sendInTurn), hangUp), {
      objectMode: false,
      highWaterMark: 16 * 1024,
    });
    await reply.header('content-type', `${NDJSON}; charset=utf-8`).header('cache-control', 'no-store').send(answers);
  }
}
