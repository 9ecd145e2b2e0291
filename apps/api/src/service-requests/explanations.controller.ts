import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Principal } from '#access';
import { NumberText, Optional } from '#bodies';
import { DeadlineExplanations } from '#service-request';
import { Caller } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { ReadQuery } from '../http/page.query.js';
import { Valid } from '../http/valid.pipe.js';
import { obligationKeyOf } from './answers.js';
import { explanationView } from './explanation-view.js';
import { VisibleRequests } from './visible-requests.js';

class ExplanationQuery extends ReadQuery {
  /** Which of the obligation's deadlines; the newest without it. */
  @Optional()
  @NumberText(1, 1_000_000)
  revision?: number;
}

@Controller('v1/service-requests/:id/obligations/:kind/:cycle/explanation')
export class ExplanationsController {
  constructor(
    private readonly explanations: DeadlineExplanations,
    private readonly visible: VisibleRequests,
  ) {}

  /**
   * Explain a recorded deadline. How it came about, row by row, and whether it comes out again. Read from the
   * events, it is never behind: `waitFor` has nothing to wait for.
   */
  @Get()
  @Needs('requests.read')
  async explain(
    @Param('id') id: string,
    @Param('kind') kind: string,
    @Param('cycle') cycle: string,
    @Query(new Valid(ExplanationQuery)) { revision }: ExplanationQuery,
    @Caller() caller: Principal,
  ) {
    const requestId = await this.visible.requestId(caller, id);
    return explanationView(
      requestId,
      await this.explanations.explain(caller.tenantId, requestId, obligationKeyOf(kind, cycle), revision),
    );
  }
}
