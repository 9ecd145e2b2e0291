import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { INSTALLATION, KeyIndex, type KnownTenant, knownTenant, TenantStore } from '#access';
import { IssueApiKeyCommand, PutTenantCommand, ReactivateTenantCommand, SuspendTenantCommand } from '#access/commands';
import type { IfRevision } from '#aggregates';
import { IssueApiKeyBody, PutTenantBody, ReasonBody, toInstant } from '#bodies';
import { type CommandMeta, DomainError, type TenantId } from '#kernel';
import { answerTo } from '../http/answer.js';
import type { Paging } from '../http/cursor.js';
import { IfMatch, Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Paged } from '../http/paged.decorator.js';
import { PageQuery, ReadQuery } from '../http/page.query.js';
import { Valid } from '../http/valid.pipe.js';
import { issuedView } from './api-key.view.js';

const tenantView = ({ tenantId, ...tenant }: KnownTenant) => ({ id: tenantId, ...tenant });

const notFound = (): never => {
  throw new DomainError('not-found', 'tenant-not-found', 'There is no tenant with this id.');
};

/** For the installation's own administrator. Inside a tenant its own administrator decides. */
@Controller('v1/tenants')
export class TenantsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly tenants: TenantStore,
    private readonly known: KeyIndex,
  ) {}

  /** Register or rename a tenant. */
  @Put(':tenantId')
  @Needs('tenants.manage')
  async put(
    @Param('tenantId') id: string,
    @Body(new Valid(PutTenantBody)) { displayName }: PutTenantBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const change = await this.commands.execute(new PutTenantCommand(id, displayName, meta, revision));
    void reply.code(change.revision === 0n && change.unchanged !== true ? 201 : 200);
    return { ...tenantView(knownTenant(change.state)), ...answerTo(change, reply) };
  }

  /** List tenants. */
  @Get()
  @Needs('tenants.read')
  list(@Query(new Valid(PageQuery)) { limit }: PageQuery, @Paged() paging: Paging) {
    const after = paging.after?.id ?? '';
    const items = this.known
      .tenants()
      .map(tenantView)
      .filter(({ id }) => id > after);
    return paging.pageOf(items, limit, ({ id }) => ({ at: '', id }));
  }

  /** Read a tenant. */
  @Get(':tenantId')
  @Needs('tenants.read')
  async one(
    @Param('tenantId') id: string,
    @Query(new Valid(ReadQuery)) _: ReadQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const found = (await this.tenants.find(INSTALLATION, id)) ?? notFound();
    return { ...tenantView(knownTenant(found.state)), ...answerTo({ ...found, replayed: false }, reply) };
  }

  /** Suspend a tenant. Its keys open nothing until it is reactivated; deadlines go on. */
  @Post(':tenantId/suspension')
  @Needs('tenants.manage')
  @HttpCode(200)
  async suspend(
    @Param('tenantId') id: string,
    @Body(new Valid(ReasonBody)) { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const change = await this.commands.execute(new SuspendTenantCommand(id, reason, meta, revision));
    return { ...tenantView(knownTenant(change.state)), ...answerTo(change, reply) };
  }

  /** Reactivate a tenant. */
  @Post(':tenantId/reactivation')
  @Needs('tenants.manage')
  @HttpCode(200)
  async reactivate(
    @Param('tenantId') id: string,
    @Body(new Valid(ReasonBody)) { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const change = await this.commands.execute(new ReactivateTenantCommand(id, reason, meta, revision));
    return { ...tenantView(knownTenant(change.state)), ...answerTo(change, reply) };
  }

  /** Issue a key for a tenant. Its first key, or one for a tenant that has lost its own. */
  @Post(':tenantId/api-keys')
  @Needs('tenants.manage')
  @HttpCode(201)
  async issueKey(
    @Param('tenantId') id: string,
    @Body(new Valid(IssueApiKeyBody)) { name, role, expiresAt }: IssueApiKeyBody,
    @Meta() meta: CommandMeta,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (!(await this.tenants.exists(INSTALLATION, id))) return notFound();
    const input = { name, role, expiresAt: expiresAt === undefined ? null : toInstant(expiresAt) };
    const tenantId = id as TenantId; // it exists
    return issuedView(await this.commands.execute(new IssueApiKeyCommand(input, { ...meta, tenantId })), reply);
  }
}
