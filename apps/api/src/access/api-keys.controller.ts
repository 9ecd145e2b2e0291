import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { type ApiKey, ApiKeyStore, KEYS, keyOf, KeyUses, type Principal } from '#access';
import { IssueApiKeyCommand, RevokeApiKeyCommand, RotateApiKeyCommand } from '#access/commands';
import type { IfRevision } from '#aggregates';
import { IssueApiKeyBody, ReasonBody, RotateApiKeyBody, toInstant } from '#bodies';
import { comparePositions } from '#event-store';
import type { CommandMeta, TenantId } from '#kernel';
import { durationToMs } from '#service-level';
import { answerTo } from '../http/answer.js';
import type { Paging } from '../http/cursor.js';
import { Caller, IfMatch, Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Paged } from '../http/paged.decorator.js';
import { PageQuery, ReadQuery } from '../http/page.query.js';
import { Valid } from '../http/valid.pipe.js';
import { apiKeyView, issuedView } from './api-key.view.js';

@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly keys: ApiKeyStore,
    private readonly uses: KeyUses,
  ) {}

  /**
   * Issue an API key. The answer is the only one that ever shows it: a repeat with the same `Idempotency-Key` has
   * `key: null`.
   */
  @Post()
  @Needs('access.manage')
  @HttpCode(201)
  async issue(
    @Body(new Valid(IssueApiKeyBody)) { name, role, expiresAt }: IssueApiKeyBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { name, role, expiresAt: expiresAt === undefined ? null : toInstant(expiresAt) };
    const issued = await this.commands.execute(new IssueApiKeyCommand(input, meta, revision));
    void reply.header('location', `/v1/api-keys/${issued.keyId}`);
    return issuedView(issued, reply);
  }

  /** List API keys. Of a key nothing that opens a door. */
  @Get()
  @Needs('access.read')
  async list(
    @Query(new Valid(PageQuery)) { waitFor, limit }: PageQuery,
    @Paged() paging: Paging,
    @Caller() { tenantId }: Principal,
  ) {
    const after = paging.after?.id;
    const keys = await this.#read(tenantId, waitFor);
    const begin = after === undefined ? 0 : keys.findIndex(({ keyId }) => keyId === after) + 1;
    const items = keys.slice(begin, begin + limit + 1).map((key) => this.#view(key));
    return paging.pageOf(items, limit, ({ issuedAt, id }) => ({ at: issuedAt, id }));
  }

  /** Read an API key. */
  @Get(':keyId')
  @Needs('access.read')
  async one(
    @Param('keyId') id: string,
    @Query(new Valid(ReadQuery)) { waitFor }: ReadQuery,
    @Caller() { tenantId }: Principal,
  ) {
    return this.#view(keyOf({ keys: await this.#read(tenantId, waitFor) }, id));
  }

  /** Rotate an API key. A new key of the same name and role; the old one works as long as `overlap` says. */
  @Post(':keyId/rotation')
  @Needs('access.manage')
  @HttpCode(201)
  async rotate(
    @Param('keyId') id: string,
    @Body(new Valid(RotateApiKeyBody, { mayBeAbsent: true })) { overlap }: RotateApiKeyBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const command = new RotateApiKeyCommand(id, durationToMs(overlap) ?? 0, meta, revision);
    const issued = await this.commands.execute(command);
    void reply.header('location', `/v1/api-keys/${issued.keyId}`);
    return issuedView(issued, reply);
  }

  /** Revoke an API key. It opens nothing any more, within a second, everywhere. */
  @Post(':keyId/revocation')
  @Needs('access.manage')
  @HttpCode(200)
  async revoke(
    @Param('keyId') id: string,
    @Body(new Valid(ReasonBody)) { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @IfMatch() revision: IfRevision | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const change = await this.commands.execute(new RevokeApiKeyCommand(id, reason, meta, revision));
    return { ...apiKeyView(keyOf(change.state, id)), ...answerTo(change, reply) };
  }

  async #read(tenantId: TenantId, waitFor: string | undefined): Promise<readonly ApiKey[]> {
    const found = await this.keys.find(
      tenantId,
      KEYS,
      ({ position }) => waitFor === undefined || comparePositions(position, waitFor) >= 0,
    );
    return found?.state.keys ?? [];
  }

  #view(key: ApiKey) {
    return { ...apiKeyView(key), lastUsedAt: this.uses.lastUsedAt(key.keyId) };
  }
}
