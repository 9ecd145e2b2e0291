import { Controller, Get, Query } from '@nestjs/common';
import { type Principal, scopeOf } from '#access';
import { IsDuration, IsInstantText, Optional, toOptionalInstant } from '#bodies';
import { Clock, wrongFields } from '#kernel';
import { durationToMs } from '#service-level';
import { AttainmentReader, MOST_GROUPS, ServiceRequestQueries } from '#service-request';
import type { Paging } from '../http/cursor.js';
import { Caller } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { Paged } from '../http/paged.decorator.js';
import { PageQuery } from '../http/page.query.js';
import { Reads } from '../http/reads.js';
import { Valid } from '../http/valid.pipe.js';
import { AttainmentQuery, budgetsOf } from './attainment.query.js';

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

const tooManyGroups = (): never => {
  throw wrongFields([
    {
      pointer: '#/groupBy',
      code: 'too-many-groups',
      detail: `There would be more than ${MOST_GROUPS} groups. Ask for a shorter time, longer periods or fewer groupings.`,
    },
  ]);
};

@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly queries: ServiceRequestQueries,
    private readonly figures: AttainmentReader,
    private readonly reads: Reads,
    private readonly clock: Clock,
  ) {}

  /**
   * List moves just before a deadline. Who gave a request a milder severity or another language, or stopped its
   * clock, just before it was due: what is worth a question.
   */
  @Get('deadline-gaming')
  @Needs('reports.read')
  async deadlineGaming(
    @Query(new Valid(GamingQuery)) query: GamingQuery,
    @Paged() paging: Paging,
    @Caller() caller: Principal,
  ) {
    const { waitFor, limit, within, from, to } = query;
    const { after } = paging;
    await this.reads.waitFor('service-requests', waitFor);
    const filter = { withinMs: durationToMs(within) ?? 0, from: toOptionalInstant(from), to: toOptionalInstant(to) };
    const moves = await this.queries.deadlineGaming(scopeOf(caller), filter, { limit: limit + 1, after });
    return paging.pageOf(moves, limit, ({ at, id }) => ({ at, id }));
  }

  /**
   * Ask how well promises are kept. How many were kept, how long answers took, and what other budgets would have
   * come to.
   */
  @Get('attainment')
  @Needs('reports.read')
  async attainment(@Query(new Valid(AttainmentQuery)) query: AttainmentQuery, @Caller() caller: Principal) {
    const { waitFor, groupBy, timeZone, kind, policyId, customerId, severity, budget } = query;
    await this.reads.waitFor('service-requests', waitFor);
    const [from, to, asOf] = [query.from, query.to, query.asOf].map(toOptionalInstant);
    const { totals, groups } = await this.figures.attainment(scopeOf(caller), {
      filter: { kind, policyId, customerId, severity },
      from,
      to,
      asOf,
      groupBy,
      timeZone,
      budgets: budgetsOf(query),
    });
    return {
      asOf: asOf ?? this.clock.now(),
      from: from ?? null,
      to: to ?? null,
      timeZone,
      ...(budget.length > 0 && { budget }),
      totals,
      groups: groups ?? tooManyGroups(),
    };
  }
}
