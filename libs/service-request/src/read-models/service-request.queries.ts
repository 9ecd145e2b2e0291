import type { Kysely } from 'kysely';
import type { TenantId } from '#kernel';
import type { FiledRequest, Obligation } from '../domain/service-request.state.js';
import { obligationView, requestView, type RequestView } from './request-view.js';
import type { DeadlineRow, ServiceRequestRow, ServiceRequestSchema } from './schema.js';

/** Where a page ended: the sort key and the id of its last row. */
export interface Keyset {
  readonly at: string;
  readonly id: string;
}

export interface RequestFilter {
  readonly customerId?: string | undefined;
  readonly status?: string | undefined;
  readonly severity?: string | undefined;
}

export interface DeadlineFilter {
  readonly state: string;
  readonly dueBefore?: string | undefined;
}

const toView = ({ state, revision, position }: ServiceRequestRow): RequestView =>
  requestView(JSON.parse(state) as FiledRequest, revision, position);

const toDeadline = (row: DeadlineRow) => ({
  serviceRequestId: row.request_id,
  customerId: row.customer_id,
  severity: row.impact,
  ...obligationView(JSON.parse(row.obligation) as Obligation),
  dueAt: row.due_at,
});

/** What the read models answer, always for one tenant (G9). */
export class ServiceRequestQueries {
  constructor(private readonly database: Kysely<ServiceRequestSchema>) {}

  async view(tenantId: TenantId, id: string): Promise<RequestView | undefined> {
    const row = await this.database
      .selectFrom('service_requests')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenantId)
      .executeTakeFirst();
    return row && toView(row);
  }

  /** Newest first. */
  async list(
    tenantId: TenantId,
    filter: RequestFilter,
    limit: number,
    after?: Keyset,
  ): Promise<readonly RequestView[]> {
    const { customerId, status, severity } = filter;
    const rows = await this.database
      .selectFrom('service_requests')
      .selectAll()
      .where('tenant', '=', tenantId)
      .$if(customerId !== undefined, (query) => query.where('customer_id', '=', customerId ?? ''))
      .$if(status !== undefined, (query) => query.where('status', '=', status ?? ''))
      .$if(severity !== undefined, (query) => query.where('impact', '=', severity ?? ''))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('filed_at', 'id'), '<', tuple(after?.at ?? '', after?.id ?? '')),
        ),
      )
      .orderBy('filed_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toView);
  }

  /** Soonest due first; those without a due time (paused) by request. */
  async deadlines(tenantId: TenantId, { state, dueBefore }: DeadlineFilter, limit: number, after?: Keyset) {
    const rows = await this.database
      .selectFrom('deadlines')
      .selectAll()
      .where('tenant', '=', tenantId)
      .where('state', '=', state)
      .$if(dueBefore !== undefined, (query) => query.where('due_at', '<', dueBefore ?? ''))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, fn, val, tuple }) =>
          eb(
            tuple(fn.coalesce('due_at', val('')), eb.ref('request_id')),
            '>',
            tuple(val(after?.at ?? ''), val(after?.id ?? '')),
          ),
        ),
      )
      .orderBy('due_at', 'asc')
      .orderBy('request_id', 'asc')
      .limit(limit)
      .execute();
    return rows.map(toDeadline);
  }

  /** Every promise of every tenant that falls due up to an instant and is not settled, soonest first: what timers are for. */
  owedBy(horizon: string, limit: number, after?: Keyset) {
    return this.database
      .selectFrom('deadlines')
      .select(['tenant', 'request_id', 'kind', 'cycle', 'revision', 'due_at'])
      .where('state', '=', 'open')
      .where('due_at', '<=', horizon)
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('due_at', 'request_id'), '>', tuple(after?.at ?? '', after?.id ?? '')),
        ),
      )
      .orderBy('due_at')
      .orderBy('request_id')
      .limit(limit)
      .execute();
  }
}
