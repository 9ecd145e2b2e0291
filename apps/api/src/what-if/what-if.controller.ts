import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { Principal } from '#access';
import { Clock } from '#kernel';
import { SlaCatalogue } from '#service-level';
import { runWhatIf, scenarioOf, whatIfView } from '#what-if';
import { Caller } from '../http/meta.decorator.js';

@Controller('v1/sla/what-if')
export class WhatIfController {
  constructor(
    private readonly catalogue: SlaCatalogue,
    private readonly clock: Clock,
  ) {}

  /** Nothing is recorded, so no key is needed to send it twice. */
  @Post()
  @HttpCode(200)
  async run(@Body() body: unknown, @Caller() { tenantId }: Principal) {
    const { catalogue, clock } = this;
    return whatIfView(await runWhatIf(scenarioOf(body), { tenantId, catalogue, now: clock.now() }));
  }
}
