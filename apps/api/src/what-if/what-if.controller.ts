import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { IsIn } from 'class-validator';
import type { Principal } from '#access';
import type { EventStore } from '#event-store';
import { Clock } from '#kernel';
import { SlaCatalogue } from '#service-level';
import { ServiceRequestStore } from '#service-request';
import { recordedScenario, type RecordedTimers, runWhatIf, scenarioOf, WhatIfBody, whatIfView } from '#what-if';
import { Caller } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Valid } from '../http/valid.pipe.js';
import { readHistory } from '../service-requests/read-history.js';
import { VisibleRequests } from '../service-requests/visible-requests.js';
import { EVENT_STORE } from '../tokens.js';

class RecordedQuery {
  @IsIn(['recorded', 'prompt'])
  timers: RecordedTimers = 'prompt';
}

@Controller('v1')
export class WhatIfController {
  constructor(
    private readonly catalogue: SlaCatalogue,
    private readonly requests: ServiceRequestStore,
    private readonly visible: VisibleRequests,
    private readonly clock: Clock,
    @Inject(EVENT_STORE) private readonly events: EventStore,
  ) {}

  /**
   * Try a scenario. The real decisions and timers, on a store and a clock of its own; nothing is recorded, so no key
   * is needed to send it twice. Its explanations have 12,000 rows in all: what is left of a promise's way is its last
   * row, marked `summary`.
   */
  @Post('sla/what-if')
  @Needs('sla.read')
  @HttpCode(200)
  async run(@Body(new Valid(WhatIfBody)) body: WhatIfBody, @Caller() { tenantId }: Principal) {
    const { catalogue, clock } = this;
    return whatIfView(await runWhatIf(scenarioOf(body), { tenantId, catalogue, now: clock.now() }));
  }

  /** Tell a request as a scenario. What it has lived through, to change and run. */
  @Get('service-requests/:id/what-if')
  @Needs('history.read')
  async scenario(
    @Param('id') id: string,
    @Query(new Valid(RecordedQuery)) { timers }: RecordedQuery,
    @Caller() caller: Principal,
  ) {
    const requestId = await this.visible.requestId(caller, id);
    const history = await readHistory(this.events, this.requests.streamOf(caller.tenantId, requestId));
    return recordedScenario(history, timers, this.clock.now());
  }
}
