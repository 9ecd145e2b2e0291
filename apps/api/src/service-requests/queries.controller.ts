import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { IsIn } from 'class-validator';
import type { FastifyReply } from 'fastify';
import type { Principal } from '#access';
import { evolveRecorded } from '#aggregates';
import { type EventStore, StreamNotFoundError } from '#event-store';
import { DomainError, fail, isUuid } from '#kernel';
import { IMPACTS } from '#service-level';
import {
  notFiled,
  requestView,
  type ServiceRequest,
  ServiceRequestQueries,
  ServiceRequestStore,
  serviceRequestType,
} from '#service-request';
import { decodeCursor, pageOf } from '../http/cursor.js';
import { IsId, IsInstantText, Optional, toInstant, toOptionalInstant } from '../http/fields.js';
import { Caller } from '../http/meta.decorator.js';
import { PageQuery, ReadQuery } from '../http/page.query.js';
import { Reads } from '../http/reads.js';
import { Valid } from '../http/valid.pipe.js';
import { EVENT_STORE } from '../tokens.js';

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
}

class DeadlineQuery extends PageQuery {
  @IsIn(['open', 'paused', 'met', 'breached', 'annulled'])
  state = 'open';

  @Optional()
  @IsInstantText()
  dueBefore?: string;
}

class HistoryQuery extends ReadQuery {
  @Optional()
  @IsInstantText()
  asOf?: string;
}

const notFound = (): never =>
  fail('not-found', 'service-request-not-found', 'There is no service request with this id.');

@Controller('v1')
export class ServiceRequestQueriesController {
  constructor(
    private readonly queries: ServiceRequestQueries,
    private readonly requests: ServiceRequestStore,
    private readonly reads: Reads,
    @Inject(EVENT_STORE) private readonly events: EventStore,
  ) {}

  @Get('service-requests/:id')
  async view(
    @Param('id') id: string,
    @Query(new Valid(ReadQuery)) { waitFor }: ReadQuery,
    @Caller() { tenantId }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.reads.waitFor(MODEL, waitFor);
    const view = (await this.queries.view(tenantId, id.toLowerCase())) ?? notFound();
    void reply.header('etag', `"${view.revision}"`);
    return view;
  }

  @Get('service-requests')
  list(@Query(new Valid(ListQuery)) query: ListQuery, @Caller() caller: Principal) {
    return this.#list(query, query.customerId, caller);
  }

  @Get('customers/:customerId/service-requests')
  listOfCustomer(
    @Param('customerId') customerId: string,
    @Query(new Valid(CustomerListQuery)) query: CustomerListQuery,
    @Caller() caller: Principal,
  ) {
    return this.#list(query, customerId, caller);
  }

  /** Every event in order, straight from the store; with `asOf` the view as it was recorded then. */
  @Get('service-requests/:id/history')
  async history(
    @Param('id') id: string,
    @Query(new Valid(HistoryQuery)) { asOf }: HistoryQuery,
    @Caller() { tenantId }: Principal,
  ) {
    if (!isUuid(id)) return notFound();
    const recorded = await this.#read(this.requests.streamOf(tenantId, id.toLowerCase()));
    if (asOf !== undefined) return this.#asOf(recorded, toInstant(asOf));
    const items = recorded.map(({ stream: _, meta, revision, ...event }) => {
      const { actor, commandId, correlationId, causationId } = meta;
      return {
        ...event,
        revision: Number(revision),
        actor,
        commandId,
        correlationId,
        causationId: causationId ?? null,
      };
    });
    return { items };
  }

  @Get('deadlines')
  async deadlines(@Query(new Valid(DeadlineQuery)) query: DeadlineQuery, @Caller() { tenantId }: Principal) {
    const { waitFor, cursor, limit, state, dueBefore } = query;
    await this.reads.waitFor(MODEL, waitFor);
    const filter = { state, dueBefore: toOptionalInstant(dueBefore) };
    const rows = await this.queries.deadlines(tenantId, filter, limit + 1, decodeCursor(cursor));
    return pageOf(rows, limit, ({ dueAt, serviceRequestId }) => ({ at: dueAt ?? '', id: serviceRequestId }));
  }

  async #list(
    { waitFor, cursor, limit, status, severity }: CustomerListQuery,
    customerId: string | undefined,
    { tenantId }: Principal,
  ) {
    await this.reads.waitFor(MODEL, waitFor);
    const rows = await this.queries.list(tenantId, { customerId, status, severity }, limit + 1, decodeCursor(cursor));
    return pageOf(rows, limit, ({ filedAt, id }) => ({ at: filedAt, id }));
  }

  async #read(stream: string) {
    try {
      return await this.events.readStream(stream);
    } catch (error) {
      if (error instanceof StreamNotFoundError) return notFound();
      throw error;
    }
  }

  #asOf(recorded: Awaited<ReturnType<EventStore['readStream']>>, asOf: string) {
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
