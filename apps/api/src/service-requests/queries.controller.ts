import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { IsIn, IsString, Length } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { type Principal, scopeOf } from '#access';
import { evolveRecorded } from '#aggregates';
import { IsId, IsInstantText, NumberText, Optional, OptionalText, toInstant, toOptionalInstant } from '#bodies';
import { type EventStore, historyItem, type RecordedEvent } from '#event-store';
import { Clock, DomainError } from '#kernel';
import { IMPACTS } from '#service-level';
import {
  deadlineId,
  notFiled,
  requestView,
  type ServiceRequest,
  ServiceRequestQueries,
  ServiceRequestStore,
  serviceRequestType,
} from '#service-request';
import type { Paging } from '../http/cursor.js';
import { Caller } from '../http/meta.decorator.js';
import { Needs } from '../http/needs.decorator.js';
import { tagOf } from '../http/entity-tag.js';
import { Paged } from '../http/paged.decorator.js';
import { PageQuery, ReadQuery } from '../http/page.query.js';
import { Reads } from '../http/reads.js';
import { Valid } from '../http/valid.pipe.js';
import { EVENT_STORE } from '../tokens.js';
import { requestNotFound } from './answers.js';
import { readHistory } from './read-history.js';
import { VisibleRequests } from './visible-requests.js';

const MODEL = 'service-requests';
const STATUSES = ['new', 'waitingOnPartner', 'waitingOnCustomer', 'escalated', 'resolved', 'closed'];

class CustomerListQuery extends PageQuery {
  @Optional()
  @IsIn(STATUSES)
  status?: string;

  @Optional()
  @IsIn(IMPACTS)
  severity?: string;
}

class ListQuery extends CustomerListQuery {
  @Optional()
  @IsId()
  customerId?: string;

  /** What people quote, for example SR-261121-GJGCTW3C, in capitals or not. */
  @OptionalText(40)
  number?: string;
}

class DeadlineQuery extends PageQuery {
  @IsIn(['open', 'paused', 'met', 'breached', 'annulled'])
  state = 'open';

  @Optional()
  @IsInstantText()
  dueBefore?: string;
}

/** Nearly every history fits one page; one with thousands of long notes would be tens of megabytes. */
const LONGEST_PAGE = 1_000;

class HistoryQuery extends ReadQuery {
  @Optional()
  @IsInstantText()
  asOf?: string;

  @Optional()
  @IsString()
  @Length(1, 500)
  cursor?: string;

  @NumberText(1, LONGEST_PAGE)
  limit = LONGEST_PAGE;
}

@Controller('v1')
export class ServiceRequestQueriesController {
  constructor(
    private readonly queries: ServiceRequestQueries,
    private readonly requests: ServiceRequestStore,
    private readonly visible: VisibleRequests,
    private readonly reads: Reads,
    private readonly clock: Clock,
    @Inject(EVENT_STORE) private readonly events: EventStore,
  ) {}

  /** Read a service request. */
  @Get('service-requests/:id')
  @Needs('requests.read')
  async view(
    @Param('id') id: string,
    @Query(new Valid(ReadQuery)) { waitFor }: ReadQuery,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.reads.waitFor(MODEL, waitFor);
    const view = (await this.queries.view(scopeOf(caller), id.toLowerCase())) ?? requestNotFound(id);
    void reply.header('etag', tagOf(view.revision));
    return view;
  }

  /** List service requests. The newest first. */
  @Get('service-requests')
  @Needs('requests.read')
  list(@Query(new Valid(ListQuery)) query: ListQuery, @Paged() paging: Paging, @Caller() caller: Principal) {
    return this.#list(query, paging, query, caller);
  }

  /** List the service requests of a customer. The newest first. */
  @Get('customers/:customerId/service-requests')
  @Needs('requests.read')
  listOfCustomer(
    @Param('customerId') customerId: string,
    @Query(new Valid(CustomerListQuery)) query: CustomerListQuery,
    @Paged() paging: Paging,
    @Caller() caller: Principal,
  ) {
    return this.#list(query, paging, { customerId }, caller);
  }

  /**
   * Read the history of a service request. Every event in order, straight from the store; with `asOf` the view as it
   * was recorded then.
   */
  @Get('service-requests/:id/history')
  @Needs('history.read')
  async history(
    @Param('id') id: string,
    @Query(new Valid(HistoryQuery)) { asOf, limit }: HistoryQuery,
    @Paged() paging: Paging,
    @Caller() caller: Principal,
  ) {
    const stream = this.requests.streamOf(caller.tenantId, await this.visible.requestId(caller, id));
    if (asOf !== undefined) return this.#asOf(await readHistory(this.events, stream), toInstant(asOf));
    const recorded = await readHistory(this.events, stream, {
      from: BigInt(paging.after?.at ?? -1) + 1n,
      limit: limit + 1,
    });
    const items = recorded.map(historyItem);
    return paging.pageOf(items, limit, ({ revision, id: eventId }) => ({ at: String(revision), id: eventId }));
  }

  /** List deadlines. The soonest due first. */
  @Get('deadlines')
  @Needs('requests.read')
  async deadlines(
    @Query(new Valid(DeadlineQuery)) query: DeadlineQuery,
    @Paged() paging: Paging,
    @Caller() caller: Principal,
  ) {
    const { waitFor, limit, state, dueBefore } = query;
    const { after } = paging;
    await this.reads.waitFor(MODEL, waitFor);
    const filter = { state, dueBefore: toOptionalInstant(dueBefore) };
    const page = { limit: limit + 1, now: this.clock.now(), after };
    const rows = await this.queries.deadlines(scopeOf(caller), filter, page);
    return paging.pageOf(rows, limit, (row) => ({ at: row.dueAt ?? '', id: deadlineId(row) }));
  }

  async #list(
    { waitFor, limit, status, severity }: CustomerListQuery,
    paging: Paging,
    { customerId, number }: Pick<ListQuery, 'customerId' | 'number'>,
    caller: Principal,
  ) {
    const { after } = paging;
    await this.reads.waitFor(MODEL, waitFor);
    const filter = { number: number?.toUpperCase(), customerId, status, severity };
    const rows = await this.queries.list(scopeOf(caller), filter, limit + 1, after);
    return paging.pageOf(rows, limit, ({ filedAt, id }) => ({ at: filedAt, id }));
  }

  #asOf(recorded: readonly RecordedEvent[], asOf: string) {
    // A clock that was set back dates a later event earlier; the order of the stream counts.
    const then = recorded.slice(0, recorded.findLastIndex(({ recordedAt }) => recordedAt <= asOf) + 1);
    const state = then.reduce<ServiceRequest>(
      (before, event) => evolveRecorded(serviceRequestType, before, event),
      notFiled,
    );
    const last = then.at(-1);
    if (state.status === 'notFiled' || last === undefined)
      throw new DomainError('not-found', 'not-filed-yet', `The service request had not been filed by ${asOf}.`);
    return requestView(state, Number(last.revision), last.position);
  }
}
