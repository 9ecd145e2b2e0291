import type { Kysely } from 'kysely';
import type { Position } from '#event-store';
import type { Actor, Instant, Scope } from '#kernel';
import { isOverdue } from '../domain/breach.js';
import type { Obligation } from '../domain/obligation.state.js';
import type { FiledRequest } from '../domain/service-request.state.js';
import { obligationView, requestView, type RequestView } from './request-view.js';
import { isVisible } from './visible.js';
import type { DeadlineGamingRow, DeadlineRow, ServiceRequestRow, ServiceRequestSchema } from './schema.js';

/** Where a page ended: the sort key and the id of its last row. */
export interface Keyset {
  readonly at: string;
  readonly id: string;
}

export interface RequestFilter {
  /** In capitals. */
  readonly number?: string | undefined;
  readonly customerId?: string | undefined;
  readonly status?: string | undefined;
  readonly severity?: string | undefined;
}

export interface DeadlineFilter {
  readonly state: string;
  readonly dueBefore?: string | undefined;
}

export interface GamingFilter {
  readonly withinMs: number;
  readonly from?: Instant | undefined;
  /** Not included. */
  readonly to?: Instant | undefined;
}

const toMove = ({
  id,
  at,
  kind,
  request_id,
  reason,
  actor,
  on_behalf_of,
  until_due_ms,
  from,
  to,
}: DeadlineGamingRow) => ({
  id,
  at,
  kind,
  serviceRequestId: request_id,
  actor: JSON.parse(actor) as Actor,
  reason,
  untilDueMs: until_due_ms,
  ...(kind !== 'pause' && { from, to }),
  ...(on_behalf_of === null ? {} : { onBehalfOf: on_behalf_of }),
});

const toView = ({ state, revision, position }: ServiceRequestRow): RequestView =>
  requestView(JSON.parse(state) as FiledRequest, revision, position);

/** Where a promise stands: one that is paused is not at risk, whatever it was warned of (E55). */
const stageOf = (obligation: Obligation, now: Instant) => {
  const { state, warned, warnings } = obligation;
  if (state !== 'open') return state;
  if (isOverdue(obligation, now)) return 'overdue';
  return warned !== undefined || warnings.some(({ at }) => at <= now) ? 'atRisk' : 'running';
};

const toDeadline = (row: DeadlineRow, now: Instant) => {
  const obligation = JSON.parse(row.obligation) as Obligation;
  return {
    serviceRequestId: row.request_id,
    customerId: row.customer_id,
    severity: row.impact,
    ...obligationView(obligation),
    stage: stageOf(obligation, now),
    dueAt: row.due_at,
  };
};

/** What identifies a deadline in a list whose cursors know one id only. */
export const deadlineId = ({ serviceRequestId, kind, cycle }: ReturnType<typeof toDeadline>): string =>
  `${serviceRequestId}/${kind}/${cycle}`;

/** Where a page of {@link ServiceRequestQueries.toCheck} ended. */
export type CheckKey = Pick<DeadlineRow, 'check_at' | 'request_id' | 'kind' | 'cycle'>;
export type CheckRow = CheckKey & Pick<DeadlineRow, 'tenant' | 'obligation'>;

/** What the read models answer, always for one tenant (G9) and as far as the caller sees. */
export class ServiceRequestQueries {
  constructor(private readonly database: Kysely<ServiceRequestSchema>) {}

  async view({ tenantId, seesFraud }: Scope, id: string): Promise<RequestView | undefined> {
    const row = await this.database
      .selectFrom('service_requests')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenantId)
      .$if(!seesFraud, (query) => query.where('restricted', '=', 0))
      .executeTakeFirst();
    return row && toView(row);
  }

  /** Newest first. */
  async list(
    { tenantId, seesFraud }: Scope,
    filter: RequestFilter,
    limit: number,
    after?: Keyset,
  ): Promise<readonly RequestView[]> {
    const { number, customerId, status, severity } = filter;
    const rows = await this.database
      .selectFrom('service_requests')
      .selectAll()
      .where('tenant', '=', tenantId)
      .$if(!seesFraud, (query) => query.where('restricted', '=', 0))
      .$if(number !== undefined, (query) => query.where('number', '=', number ?? ''))
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
  async deadlines(
    scope: Scope,
    { state, dueBefore }: DeadlineFilter,
    { limit, now, after }: { readonly limit: number; readonly now: Instant; readonly after?: Keyset | undefined },
  ) {
    const [request = '', kind = '', cycle = '0'] = after?.id.split('/') ?? [];
    const rows = await this.database
      .selectFrom('deadlines')
      .selectAll()
      .where('tenant', '=', scope.tenantId)
      .where(isVisible(scope))
      .where('state', '=', state)
      .$if(dueBefore !== undefined, (query) => query.where('due_at', '<', dueBefore ?? ''))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, fn, val, tuple }) =>
          eb(
            tuple(fn.coalesce('due_at', val('')), eb.ref('request_id'), eb.ref('kind'), eb.ref('cycle')),
            '>',
            tuple(val(after?.at ?? ''), val(request), val(kind), val(Number(cycle) || 0)),
          ),
        ),
      )
      .orderBy('due_at', 'asc')
      .orderBy('request_id', 'asc')
      .orderBy('kind', 'asc')
      .orderBy('cycle', 'asc')
      .limit(limit)
      .execute();
    return rows.map((row) => toDeadline(row, now));
  }

  /** Downgrades, pauses and changes of language at most so long before the nearest deadline, newest first. */
  async deadlineGaming(
    scope: Scope,
    { withinMs, from, to }: GamingFilter,
    { limit, after }: { readonly limit: number; readonly after?: Keyset | undefined },
  ) {
    const rows = await this.database
      .selectFrom('deadline_gaming')
      .selectAll()
      .where('tenant', '=', scope.tenantId)
      .where(isVisible(scope))
      .where('until_due_ms', '<=', withinMs)
      .$if(from !== undefined, (query) => query.where('at', '>=', from ?? ''))
      .$if(to !== undefined, (query) => query.where('at', '<', to ?? ''))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('at', 'id'), '<', tuple(after?.at ?? '', after?.id ?? '')),
        ),
      )
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toMove);
  }

  /** When the longest overdue deadline of all tenants was due that is not recorded as missed. */
  async oldestOverdue(now: Instant): Promise<string | undefined> {
    const row = await this.database
      .selectFrom('deadlines')
      .select('due_at')
      .where('state', '=', 'open')
      .where('due_at', '<', now)
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst();
    return row?.due_at ?? undefined;
  }

  /** How many deadlines of all tenants are overdue and not recorded as missed. */
  async countOverdue(now: Instant): Promise<number> {
    const { count } = await this.database
      .selectFrom('deadlines')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', 'open')
      .where('due_at', '<', now)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** The last event of each of these requests that its rows have seen. */
  async lastChanges(requestIds: readonly string[]): Promise<ReadonlyMap<string, Position>> {
    const rows = await this.database
      .selectFrom('service_requests')
      .select(['id', 'position'])
      .where('id', 'in', requestIds)
      .execute();
    return new Map(rows.map(({ id, position }) => [id, position]));
  }

  /** Every promise of every tenant that a timer is to ask about up to an instant, soonest first. */
  toCheck(horizon: string, limit: number, after?: CheckKey): Promise<CheckRow[]> {
    return this.database
      .selectFrom('deadlines')
      .select(['tenant', 'request_id', 'kind', 'cycle', 'check_at', 'obligation'])
      .where('check_at', '<=', horizon)
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('check_at', 'request_id', 'kind', 'cycle'),
            '>',
            tuple(after?.check_at ?? '', after?.request_id ?? '', after?.kind ?? '', after?.cycle ?? 0),
          ),
        ),
      )
      .orderBy('check_at')
      .orderBy('request_id')
      .orderBy('kind')
      .orderBy('cycle')
      .limit(limit)
      .execute();
  }
}
