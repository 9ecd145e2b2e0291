import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { type Capability, may, type Principal, whoMay } from '#access';
import type { IfRevision } from '#aggregates';
import {
  AddNoteBody,
  ChangeSeverityBody,
  EscalateBody,
  escalationOf,
  FileRequestBody,
  GiveResponseBody,
  ReasonBody,
  ResolveRequestBody,
  toOptionalInstant,
} from '#bodies';
import { type CommandMeta, DomainError } from '#kernel';
import {
  AddNoteCommand,
  ChangeSeverityCommand,
  CloseRequestCommand,
  EscalateRequestCommand,
  FileRequestCommand,
  GiveResponseCommand,
  ReopenRequestCommand,
  type RequestCommand,
  ResolveRequestCommand,
} from '#service-request/commands';
import { Caller, IfMatch, Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Valid } from '../http/valid.pipe.js';
import { viewAfter, viewOfNew } from './answers.js';
import { filingOf } from './filing.js';
import { VisibleRequests } from './visible-requests.js';

const CLASS_NEEDS: Readonly<Record<string, Capability>> = {
  technical: 'requests.technical',
  fraud: 'requests.fraud',
};

/** Technical support is for other roles than billing support. @throws DomainError `forbidden` */
const assertMayFile = (issueClass: string, { tenantId, actor }: Principal): void => {
  const needs = CLASS_NEEDS[issueClass] ?? 'requests.billing';
  if (!may(needs, tenantId, actor.role)) throw new DomainError('forbidden', 'forbidden', whoMay(needs));
};

@Controller('v1/service-requests')
export class ServiceRequestCommandsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly visible: VisibleRequests,
  ) {}

  /**
   * File a service request. Records when its first response is due. The issue class decides whether the caller also
   * needs `requests.technical` or `requests.billing`.
   */
  @Post()
  @Needs('requests.file')
  @HttpCode(201)
  async file(
    @Body(new Valid(FileRequestBody)) body: FileRequestBody,
    @Caller() caller: Principal,
    @Meta() meta: CommandMeta,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    assertMayFile(body.issueClass, caller);
    return viewOfNew(await this.commands.execute(new FileRequestCommand(filingOf(body), meta)), reply);
  }

  /** Change the severity. The deadlines follow as their policy says. */
  @Post(':id/severity')
  @Needs('requests.work')
  @HttpCode(200)
  async severity(
    @Param('id') id: string,
    @Body(new Valid(ChangeSeverityBody)) { impact, reason }: ChangeSeverityBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#run(
      new ChangeSeverityCommand(await this.visible.requestId(meta, id), { impact, reason }, meta, revision),
      reply,
    );
  }

  /** Record a response to the customer. Keeps every response promise whose deadline is not past. */
  @Post(':id/responses')
  @Needs('requests.work')
  @HttpCode(201)
  async respond(
    @Param('id') id: string,
    @Body(new Valid(GiveResponseBody)) { text, respondedAt }: GiveResponseBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { text, respondedAt: toOptionalInstant(respondedAt) };
    return this.#run(new GiveResponseCommand(await this.visible.requestId(meta, id), input, meta, revision), reply);
  }

  /** Add a note. Internal, or for the customer to see; no promise depends on it. */
  @Post(':id/notes')
  @Needs('requests.work')
  @HttpCode(201)
  async note(
    @Param('id') id: string,
    @Body(new Valid(AddNoteBody)) { text, visibility }: AddNoteBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#run(
      new AddNoteCommand(await this.visible.requestId(meta, id), { text, visibility }, meta, revision),
      reply,
    );
  }

  /** Escalate to somebody else. To the vendor with `vehicle` and `criterion`; to others without. */
  @Post(':id/escalations')
  @Needs('requests.work')
  @HttpCode(201)
  async escalate(
    @Param('id') id: string,
    @Body(new Valid(EscalateBody)) body: EscalateBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#run(
      new EscalateRequestCommand(await this.visible.requestId(meta, id), escalationOf(body), meta, revision),
      reply,
    );
  }

  /** Resolve a service request. */
  @Post(':id/resolution')
  @Needs('requests.settle')
  @HttpCode(201)
  async resolve(
    @Param('id') id: string,
    @Body(new Valid(ResolveRequestBody)) { summary }: ResolveRequestBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#run(
      new ResolveRequestCommand(await this.visible.requestId(meta, id), { summary }, meta, revision),
      reply,
    );
  }

  /** Close a service request. */
  @Post(':id/closure')
  @Needs('requests.settle')
  @HttpCode(201)
  async close(
    @Param('id') id: string,
    @Body(new Valid(ReasonBody)) { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#run(
      new CloseRequestCommand(await this.visible.requestId(meta, id), { reason }, meta, revision),
      reply,
    );
  }

  /** Reopen a service request. It must be resolved or closed. */
  @Post(':id/reopenings')
  @Needs('requests.settle')
  @HttpCode(201)
  async reopen(
    @Param('id') id: string,
    @Body(new Valid(ReasonBody)) { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#run(
      new ReopenRequestCommand(await this.visible.requestId(meta, id), { reason }, meta, revision),
      reply,
    );
  }

  async #run<Input>(command: RequestCommand<Input>, reply: FastifyReply) {
    return viewAfter(await this.commands.execute(command), reply);
  }
}
