import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Followers } from '#following';
import { Needs } from '../http/needs.decorator.js';
import { ProjectionViews } from '../projections/projection-views.js';
import { TimerState } from '../timers/timer-state.js';
import { Metrics } from './metrics.js';

/** For Prometheus, which sends a key as everybody does. */
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly timers: TimerState,
    private readonly projections: ProjectionViews,
    private readonly followers: Followers,
  ) {}

  /** What this process counts, as Prometheus reads it. */
  @Get()
  @Needs('operations.read', { produces: ['text/plain'] })
  async scrape(@Res() reply: FastifyReply) {
    const [timers, projections] = await Promise.all([this.timers.report(), this.projections.all()]);
    await reply
      .header('content-type', this.metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await this.metrics.text({ timers, projections, followers: this.followers.states }));
  }
}
