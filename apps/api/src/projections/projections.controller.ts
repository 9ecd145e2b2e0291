import { Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Kysely } from 'kysely';
import { Clock, type CommandMeta, DomainError } from '#kernel';
import { type CheckpointSchema, readProjections, RebuildRequestStore } from '#read-store';
import { answerTo } from '../http/answer.js';
import { Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { READ_STORE } from '../tokens.js';
import { ProjectionViews } from './projection-views.js';

@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    @Inject(READ_STORE) private readonly database: Kysely<CheckpointSchema>,
    private readonly views: ProjectionViews,
    private readonly requests: RebuildRequestStore,
    private readonly clock: Clock,
  ) {}

  /** List the read models. How far each is, and how far it lags behind. */
  @Get()
  @Needs('operations.read')
  async list() {
    return { items: await this.views.all(), nextCursor: null };
  }

  /** Rebuild a read model. The old one goes on answering until the new one has caught up. */
  @Post(':name/rebuild')
  @Needs('projections.rebuild')
  @HttpCode(202)
  async rebuild(
    @Param('name') name: string,
    @Meta() meta: CommandMeta,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rows = await readProjections(this.database);
    if (!rows.some((row) => row.name === name))
      throw new DomainError(
        'not-found',
        'projection-not-found',
        'There is no projection of this name. GET /v1/projections lists them.',
      );
    const change = await this.requests.change(name, meta, () => [
      { type: 'ProjectionRebuildRequested', data: { projection: name, requestedAt: this.clock.now() } },
    ]);
    return { name, state: 'rebuilding', ...answerTo(change, reply) };
  }
}
