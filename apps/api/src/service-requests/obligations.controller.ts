import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { IfRevision } from '#aggregates';
import {
  AnnulBreachBody,
  ChangeLanguageBody,
  MergeRequestBody,
  PauseClockBody,
  ReasonBody,
  ResumeClockBody,
  toOptionalInstant,
} from '#bodies';
import type { CommandMeta } from '#kernel';
import type { RequestView } from '#service-request';
import {
  AnnulBreachCommand,
  ChangeLanguageCommand,
  MergeRequestCommand,
  PauseClockCommand,
  ReevaluateObligationCommand,
  type RequestCommand,
  ResumeClockCommand,
} from '#service-request/commands';
import { IfMatch, Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Valid } from '../http/valid.pipe.js';
import { obligationKeyOf, viewAfter } from './answers.js';
import { VisibleRequests } from './visible-requests.js';

/** A pause may be recorded for any reason; one that stops no clock is most likely misspelt. */
const stopsNothing = ({ obligations }: RequestView, reason: string) => {
  const owed = obligations.filter(({ state }) => state === 'open' || state === 'paused');
  if (owed.some(({ pausesOn }) => pausesOn.includes(reason))) return [];
  const reasons = [...new Set(owed.flatMap(({ pausesOn }) => pausesOn))];
  const known = reasons.length === 0 ? 'None can be paused.' : `They pause for: ${reasons.join(', ')}.`;
  return [
    { pointer: '#/reason', code: 'stops-nothing', detail: `No promise still owed pauses for ${reason}. ${known}` },
  ];
};

/** What moves a request's clocks and verdicts other than its severity and its end. */
@Controller('v1/service-requests/:id')
export class ObligationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly visible: VisibleRequests,
  ) {}

  /**
   * Stop the clock for a reason. Promises whose policy pauses for it stand until it is resumed; `findings` tells
   * when none does.
   */
  @Post('pauses')
  @Needs('requests.work')
  @HttpCode(201)
  async pause(
    @Param('id') id: string,
    @Body(new Valid(PauseClockBody)) { reason, pausedAt }: PauseClockBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { reason, pausedAt: toOptionalInstant(pausedAt) };
    const view = await this.#run(
      new PauseClockCommand(await this.visible.requestId(meta, id), input, meta, revision),
      reply,
    );
    return { ...view, findings: stopsNothing(view, reason) };
  }

  /** Let the clock run again. For one reason, or for all of them. */
  @Post('resumptions')
  @Needs('requests.work')
  @HttpCode(201)
  async resume(
    @Param('id') id: string,
    @Body(new Valid(ResumeClockBody, { mayBeAbsent: true })) { reason, resumedAt }: ResumeClockBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { reason, resumedAt: toOptionalInstant(resumedAt) };
    return this.#run(new ResumeClockCommand(await this.visible.requestId(meta, id), input, meta, revision), reply);
  }

  /** Change the language. What is promised may depend on it. */
  @Post('language')
  @Needs('requests.work')
  @HttpCode(200)
  async language(
    @Param('id') id: string,
    @Body(new Valid(ChangeLanguageBody)) { preferredSupportLanguage, reason }: ChangeLanguageBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { preferredSupportLanguage, reason };
    return this.#run(new ChangeLanguageCommand(await this.visible.requestId(meta, id), input, meta, revision), reply);
  }

  /** Merge a duplicate into another request. What it is owed is owed there from then on. */
  @Post('merges')
  @Needs('requests.work')
  @HttpCode(201)
  async merge(
    @Param('id') id: string,
    @Body(new Valid(MergeRequestBody)) { into }: MergeRequestBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { into: await this.visible.requestId(meta, into) };
    return this.#run(new MergeRequestCommand(await this.visible.requestId(meta, id), input, meta, revision), reply);
  }

  /** Annul a breach. The miss stays in the history, with the reason and the evidence of why it was none. */
  @Post('obligations/:kind/:cycle/annulment')
  @Needs('deadlines.annul')
  @HttpCode(201)
  async annul(
    @Param('id') id: string,
    @Param('kind') kind: string,
    @Param('cycle') cycle: string,
    @Body(new Valid(AnnulBreachBody)) { reason, evidence }: AnnulBreachBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { obligation: obligationKeyOf(kind, cycle), reason, evidence };
    return this.#run(new AnnulBreachCommand(await this.visible.requestId(meta, id), input, meta, revision), reply);
  }

  /**
   * Put a deadline on newer versions. It is computed anew under the versions of policy and calendar that are in
   * force.
   */
  @Post('obligations/:kind/:cycle/reevaluation')
  @Needs('deadlines.annul')
  @HttpCode(201)
  async reevaluate(
    @Param('id') id: string,
    @Param('kind') kind: string,
    @Param('cycle') cycle: string,
    @Body(new Valid(ReasonBody)) { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { obligation: obligationKeyOf(kind, cycle), reason };
    return this.#run(
      new ReevaluateObligationCommand(await this.visible.requestId(meta, id), input, meta, revision),
      reply,
    );
  }

  async #run<Input>(command: RequestCommand<Input>, reply: FastifyReply) {
    return viewAfter(await this.commands.execute(command), reply);
  }
}
