import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { IfRevision } from '#aggregates';
import type { Principal } from '#access';
import { PolicyBody, policyOf } from '#bodies';
import { Clock, type CommandMeta, fail, wrongFields } from '#kernel';
import { policyErrors, ruleFindings, ServiceLevelQueries, SlaCatalogue } from '#service-level';
import { PublishPolicyCommand } from '#service-level/commands';
import type { Paging } from '../http/cursor.js';
import { idOf } from '../http/id-of.js';
import { Caller, IfMatch, Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Paged } from '../http/paged.decorator.js';
import { PageQuery } from '../http/page.query.js';
import { Reads } from '../http/reads.js';
import { Valid } from '../http/valid.pipe.js';
import { EditionQuery, editionView, publishedView, versionsView } from './editions.js';

const notFound = (): never => fail('not-found', 'policy-not-found', 'There is no such policy, or no such version.');

@Controller('v1/sla/policies')
export class PoliciesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly catalogue: SlaCatalogue,
    private readonly queries: ServiceLevelQueries,
    private readonly reads: Reads,
    private readonly clock: Clock,
  ) {}

  /** Publish a version of a policy. In force at once, or from `effectiveFrom` on; promises already made stay. */
  @Put(':policyId')
  @Needs('sla.publish')
  async put(
    @Param('policyId') id: string,
    @Body(new Valid(PolicyBody)) body: PolicyBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { definition, effectiveFrom } = policyOf(body);
    const change = await this.commands.execute(
      new PublishPolicyCommand(idOf('policyId', id), definition, effectiveFrom, meta, revision),
    );
    void reply.code(change.revision === 0n ? 201 : 200);
    const published = publishedView(id, change, reply);
    return { ...published, findings: [...ruleFindings(definition), ...published.findings] };
  }

  /** Check a policy. What publishing it would say: errors, rules that can never match, impacts that no rule fits. */
  @Post('check')
  @Needs('sla.read')
  @HttpCode(200)
  async check(@Body(new Valid(PolicyBody)) body: PolicyBody, @Caller() { tenantId }: Principal) {
    const { definition, effectiveFrom } = policyOf(body);
    const now = this.clock.now();
    const calendarIds = definition.rules.map(({ calendarId }) => calendarId);
    const calendars = await this.catalogue.calendarsAt(tenantId, calendarIds, effectiveFrom ?? now);
    const errors = policyErrors({ definition, calendars, effectiveFrom, now });
    if (errors.length > 0) throw wrongFields(errors);
    return { findings: ruleFindings(definition) };
  }

  /** List policies. */
  @Get()
  @Needs('sla.read')
  async list(
    @Query(new Valid(PageQuery)) { waitFor, limit }: PageQuery,
    @Paged() paging: Paging,
    @Caller() { tenantId }: Principal,
  ) {
    const after = paging.after?.id ?? '';
    await this.reads.waitFor('service-levels', waitFor);
    const found = await this.queries.list(tenantId, 'policy', limit + 1, after);
    const items = found.map(({ subject, ...summary }) => ({ ...summary, obligation: subject }));
    return paging.pageOf(items, limit, ({ id }) => ({ at: '', id }));
  }

  /** Read a version of a policy. The newest, unless `version` names another one. */
  @Get(':policyId')
  @Needs('sla.read')
  async one(
    @Param('policyId') id: string,
    @Query(new Valid(EditionQuery)) query: EditionQuery,
    @Caller() { tenantId }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const published = await this.catalogue.policy(tenantId, id);
    return editionView(id, published, query, this.clock.now(), reply) ?? notFound();
  }

  /** List the versions of a policy. The newest first. */
  @Get(':policyId/versions')
  @Needs('sla.read')
  async versions(
    @Param('policyId') id: string,
    @Query(new Valid(PageQuery)) { limit }: PageQuery,
    @Paged() paging: Paging,
    @Caller() { tenantId }: Principal,
  ) {
    const published = (await this.catalogue.policy(tenantId, id)) ?? notFound();
    return versionsView(id, published, limit, paging, this.clock.now());
  }
}
