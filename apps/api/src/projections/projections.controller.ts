import { Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Kysely } from 'kysely';
import type { EventStore, Position } from '#event-store';
import { Clock, type CommandMeta, DomainError, instantToMs } from '#kernel';
import { type CheckpointSchema, type ProjectionRow, readProjections, RebuildRequestStore } from '#read-store';
import { answerTo } from '../http/answer.js';
import { Meta } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { EVENT_STORE, READ_STORE } from '../tokens.js';

@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    @Inject(READ_STORE) private readonly database: Kysely<CheckpointSchema>,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    private readonly requests: RebuildRequestStore,
    private readonly clock: Clock,
  ) {}

  /** List the read models. How far each is, and how far it lags behind. */
  @Get()
  @Needs('operations.read')
  async list() {
    const head = await this.events.head();
    const rows = await readProjections(this.database);
    return { items: await Promise.all(rows.map((row) => this.#view(row, head))), nextCursor: null };
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

  async #view({ name, version, position, state, reason }: ProjectionRow, head: Position | undefined) {
    const lagEvents = Math.max(0, Number(head ?? 0) - Number(position));
    const [next] = lagEvents === 0 ? [] : await this.events.readAll({ after: position, limit: 1 });
    const lagMs = next === undefined ? 0 : Math.max(0, instantToMs(this.clock.now()) - instantToMs(next.recordedAt));
    return {
      name,
      version,
      position,
      head: head ?? '0',
      lagEvents,
      lagMs,
      state,
      ...(reason === null ? {} : { reason }),
    };
  }
}
