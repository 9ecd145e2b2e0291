import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { ImportRequestBody, stepsOf, toInstant } from '#bodies';
import type { CommandMeta } from '#kernel';
import { ImportRequestCommand } from '#service-request/commands';
import { MetaBy } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Valid } from '../http/valid.pipe.js';
import { viewOfNew } from '../service-requests/answers.js';
import { filingOf } from '../service-requests/filing.js';

const keyOfTicket = (body: unknown): string => {
  const { system, externalId } = (body ?? {}) as Partial<ImportRequestBody>; // told as wrong where it is checked
  return `import:${system}:${externalId}`;
};

/** Tickets of other systems, with their own times. Many go through a batch. */
@Controller('v1/imports')
export class ImportsController {
  constructor(private readonly commands: CommandBus) {}

  /**
   * Import a ticket of another system, with all that was done to it. `system` and `externalId` are its key, whatever
   * Idempotency-Key says: sent again, from wherever, it is answered as the first time.
   */
  @Post()
  @Needs('requests.import')
  @HttpCode(201)
  async import(
    @Body(new Valid(ImportRequestBody)) body: ImportRequestBody,
    @MetaBy(keyOfTicket) meta: CommandMeta,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { system, externalId, filedAt, alerts } = body;
    const input = {
      filing: filingOf(body),
      filedAt: toInstant(filedAt),
      importedFrom: { system, externalId },
      steps: stepsOf(body),
      alerts,
    };
    return viewOfNew(await this.commands.execute(new ImportRequestCommand(input, meta)), reply);
  }
}
