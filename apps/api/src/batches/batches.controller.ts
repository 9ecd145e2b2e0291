import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { wrongFields } from '#kernel';
import { Needs } from '../http/needs.decorator.js';
import { NDJSON } from '../http/representations.js';
import { LOG } from '../tokens.js';
import { MOST_LINES, readLines } from './batch-line.js';
import { type LineAnswer, type LineResult, runBatch, type SendCommand } from './run-batch.js';
import { lineSender } from './send-line.js';

/** Of a line whose sender had gone before it was begun: nobody reads it. */
const GONE: LineAnswer = { status: 499, body: null, replayed: false };

async function* asText(results: AsyncIterable<LineResult>): AsyncGenerator<string> {
  for await (const result of results) yield `${JSON.stringify(result)}\n`;
}

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
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(LOG) private readonly log: Logger,
  ) {}

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
    const send = lineSender(server, request, this.log);
    const sendInTurn: SendCommand = (line, path) =>
      batch.run(async () => (reply.raw.destroyed ? GONE : send(line, path)));
    // Reading ahead would hold answers that nobody may fetch.
    const answers = Readable.from(asText(runBatch(lines, sendInTurn)), {
      objectMode: false,
      highWaterMark: 16 * 1024,
    });
    await reply.header('content-type', `${NDJSON}; charset=utf-8`).header('cache-control', 'no-store').send(answers);
  }
}
