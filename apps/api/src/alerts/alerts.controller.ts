import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { IsIn } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { type Principal, scopeOf } from '#access';
import { type Alert, AlertQueries, alertView } from '#alert';
import { AcknowledgeAlertCommand, SnoozeAlertCommand } from '#alert/commands';
import type { Change, IfRevision } from '#aggregates';
import { IsInstantText, Optional, toInstant } from '#bodies';
import { Clock, type CommandMeta, fail } from '#kernel';
import { answerTo } from '../http/answer.js';
import type { Paging } from '../http/cursor.js';
import { Caller, IfMatch, Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { tagOf } from '../http/entity-tag.js';
import { Paged } from '../http/paged.decorator.js';
import { PageQuery, ReadQuery } from '../http/page.query.js';
import { Reads } from '../http/reads.js';
import { Valid } from '../http/valid.pipe.js';
import { VisibleRequests } from '../service-requests/visible-requests.js';

class AlertListQuery extends PageQuery {
  @Optional()
  @IsIn(['open', 'snoozed', 'acknowledged', 'resolved'])
  state?: string;

  /** Whether what was owed was done meanwhile; `false` leaves out those who were answered late. */
  @Optional()
  @IsIn(['true', 'false'])
  answered?: string;
}

class SnoozeBody {
  @IsInstantText()
  until!: string;
}

@Controller('v1/alerts')
export class AlertsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: AlertQueries,
    private readonly visible: VisibleRequests,
    private readonly reads: Reads,
    private readonly clock: Clock,
  ) {}

  /**
   * List alerts. The newest first; one whose snooze is over is open again. An alert of a miss stays open until it is
   * acknowledged: `respondedAt` tells, and `answered` asks, whether the customer was answered meanwhile.
   */
  @Get()
  @Needs('alerts.read')
  async list(
    @Query(new Valid(AlertListQuery)) { waitFor, limit, state, answered }: AlertListQuery,
    @Paged() paging: Paging,
    @Caller() caller: Principal,
  ) {
    const { after } = paging;
    await this.#waitFor(waitFor);
    const filter = { state, isAnswered: answered === undefined ? undefined : answered === 'true' };
    const alerts = await this.queries.list(scopeOf(caller), filter, { limit: limit + 1, after }, this.clock.now());
    return paging.pageOf(alerts, limit, ({ openedAt, id }) => ({ at: openedAt, id }));
  }

  /** Read an alert. `respondedAt` tells when what was owed was done, also where that was after the alert. */
  @Get(':alertId')
  @Needs('alerts.read')
  async one(
    @Param('alertId') id: string,
    @Query(new Valid(ReadQuery)) { waitFor }: ReadQuery,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.#waitFor(waitFor);
    const { view, isAnsweredSince } =
      (await this.queries.view(scopeOf(caller), id.toLowerCase(), this.clock.now())) ??
      fail('not-found', 'alert-not-found', 'There is no alert with this id.');
    // A snooze ends by itself, and the answer is an event of the request: neither has a revision here.
    const isAwake = view.state === 'open' && view.snoozedUntil !== undefined;
    const variant = (isAwake ? 1 : 0) + (isAnsweredSince ? 2 : 0);
    void reply.header('etag', tagOf(view.revision, variant || undefined));
    return view;
  }

  /**
   * Acknowledge an alert. It has done its work then, and stays in the list of those acknowledged. The answer shows it as
   * it was recorded, whenever it is repeated: read the alert for an answer to the customer that came since.
   */
  @Post(':alertId/acknowledgement')
  @Needs('alerts.deal')
  @HttpCode(200)
  async acknowledge(
    @Param('alertId') id: string,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#view(
      await this.commands.execute(new AcknowledgeAlertCommand(await this.visible.alertId(meta, id), meta, revision)),
      reply,
    );
  }

  /** Snooze an alert. It is open again after `until`. */
  @Post(':alertId/snooze')
  @Needs('alerts.deal')
  @HttpCode(200)
  async snooze(
    @Param('alertId') id: string,
    @Body(new Valid(SnoozeBody)) { until }: SnoozeBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#view(
      await this.commands.execute(
        new SnoozeAlertCommand(await this.visible.alertId(meta, id), toInstant(until), meta, revision),
      ),
      reply,
    );
  }

  /** Whom an alert is for is told by its request. */
  async #waitFor(position: string | undefined): Promise<void> {
    await this.reads.waitFor('alerts', position);
    await this.reads.waitFor('service-requests', position);
  }

  #view(change: Change<Alert>, reply: FastifyReply) {
    const { revision, position } = answerTo(change, reply);
    if (change.state.state === 'none') throw new Error('A command on an alert left it unopened.');
    return alertView(change.state, revision, position);
  }
}
