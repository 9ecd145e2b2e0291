import { Controller, Get, Query } from '@nestjs/common';
import type { Principal } from '#access';
import { IsDuration, IsInstantText, Optional, toOptionalInstant } from '#bodies';
import { durationToMs } from '#service-level';
import { ServiceRequestQueries } from '#service-request';
import { decodeCursor, pageOf } from '../http/cursor.js';
import { Caller } from '../http/meta.decorator.js';
import { PageQuery } from '../http/page.query.js';
import { Reads } from '../http/reads.js';
import { Valid } from '../http/valid.pipe.js';

class GamingQuery extends PageQuery {
  @IsDuration()
  within = 'PT15M';

  @Optional()
  @IsInstantText()
  from?: string;

  @Optional()
  @IsInstantText()
  to?: string;
}

@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly queries: ServiceRequestQueries,
    private readonly reads: Reads,
  ) {}

  /** Who gave a request a milder severity, or stopped its clock, just before it was due: what is worth a question. */
  @Get('deadline-gaming')
  async deadlineGaming(@Query(new Valid(GamingQuery)) query: GamingQuery, @Caller() { tenantId }: Principal) {
    const { waitFor, cursor, limit, within, from, to } = query;
    await this.reads.waitFor('service-requests', waitFor);
    const filter = { withinMs: durationToMs(within) ?? 0, from: toOptionalInstant(from), to: toOptionalInstant(to) };
    const moves = await this.queries.deadlineGaming(tenantId, filter, {
      limit: limit + 1,
      after: decodeCursor(cursor),
    });
    return pageOf(moves, limit, ({ at, id }) => ({ at, id }));
  }
}
