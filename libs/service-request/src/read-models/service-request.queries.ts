import type { Kysely } from 'kysely';
import type { Position } from '#event-store';
import type { Actor, Instant, Scope } from '#kernel';
import { isOverdue } from '../domain/breach.js';
import type { Obligation } from '../domain/obligation.state.js';
import type { FiledRequest } from '../domain/service-request.state.js';
import { countOverdue, oldestOverdue } from './overdue.js';
import {
  type DeadlineFilter,
  deadlinePage,
  type GamingFilter,
  gamingPage,
  type Keyset,
  type Page,
  type RequestFilter,
  requestPage,
} from './pages.js';
import { obligationView, requestView, type RequestView } from './request-view.js';
import type { DeadlineGamingRow, DeadlineRow, ServiceRequestRow, ServiceRequestSchema } from './schema.js';

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
    dueAt: row.due_at || null,
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

  /** Newest first. Costs what it shows, whatever is asked for, however deep and whatever else is stored; so do all lists here. */
  async list(scope: Scope, filter: RequestFilter, limit: number, after?: Keyset): Promise<readonly RequestView[]> {
    const { rows } = await requestPage(scope, filter, { limit, after }).execute(this.database);
    return rows.map(toView);
  }

  /** Soonest due first; those without a due time (paused) by request. */
  async deadlines(scope: Scope, filter: DeadlineFilter, { now, ...page }: Page & { readonly now: Instant }) {
    const { rows } = await deadlinePage(scope, filter, page).execute(this.database);
    return rows.map((row) => toDeadline(row, now));
  }

  /** Downgrades, pauses and changes of language at most so long before the nearest deadline, newest first. */
  async deadlineGaming(scope: Scope, filter: GamingFilter, page: Page) {
    const { rows } = await gamingPage(scope, filter, page).execute(this.database);
    return rows.map(toMove);
  }

  /** When the longest overdue deadline of all tenants was due that is not recorded as missed. */
  async oldestOverdue(now: Instant): Promise<Instant | undefined> {
    const { rows } = await oldestOverdue(now).execute(this.database);
    return rows[0]?.due_at ?? undefined;
  }

  /** How many deadlines of all tenants are overdue and not recorded as missed. */
  async countOverdue(now: Instant): Promise<number> {
    const { rows } = await countOverdue(now).execute(this.database);
    return rows[0]?.count ?? 0;
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
