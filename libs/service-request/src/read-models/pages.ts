import { type RawBuilder, sql } from 'kysely';
import type { Instant, Scope } from '#kernel';
import { mergedRanges } from '#read-store';
import { IMPACTS } from '#service-level';
import type { FiledRequest } from '../domain/service-request.state.js';
import { nearnessOf } from './deadline-gaming.js';
import type { DeadlineGamingRow, DeadlineRow, ServiceRequestRow } from './schema.js';

/** Where a page ended: the sort key and the id of its last row. */
export interface Keyset {
  readonly at: string;
  readonly id: string;
}

export interface Page {
  readonly limit: number;
  readonly after?: Keyset | undefined;
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

const STATUSES = Object.keys({
  new: true,
  waitingOnPartner: true,
  waitingOnCustomer: true,
  escalated: true,
  resolved: true,
  closed: true,
} satisfies Record<FiledRequest['status'], true>);

const nothing = sql``;

/** What a caller may see of what is for few. */
const seenBy = ({ seesFraud }: Scope): readonly (0 | 1)[] => (seesFraud ? [0, 1] : [0]);

/** Few requests have a number: what else is asked is looked up in them. The `+` keeps the planner off other indexes. */
const numbered = (scope: Scope, filter: RequestFilter, page: RawBuilder<unknown>): RawBuilder<unknown> => {
  const asked = Object.entries({ customer_id: filter.customerId, status: filter.status, impact: filter.severity });
  const rest = asked.map(([column, value]) =>
    value === undefined ? nothing : sql`AND +${sql.ref(column)} = ${value}`,
  );
  return sql`SELECT * FROM service_requests WHERE tenant = ${scope.tenantId} AND number = ${filter.number}
    AND +restricted IN (${sql.join(seenBy(scope))}) ${sql.join(rest, sql` `)} ${page}`;
};

/** Newest first. */
export const requestPage = (
  scope: Scope,
  filter: RequestFilter,
  { limit, after }: Page,
): RawBuilder<ServiceRequestRow> => {
  const { number, customerId, status, severity } = filter;
  const page = after === undefined ? nothing : sql`AND (filed_at, id) < (${after.at}, ${after.id})`;
  const choices = {
    restricted: seenBy(scope),
    ...(customerId !== undefined && { customer_id: [customerId] }),
    status: status === undefined ? STATUSES : [status],
    impact: severity === undefined ? IMPACTS : [severity],
  };
  return mergedRanges({
    choices: number === undefined ? choices : {},
    select: (within) =>
      number === undefined
        ? sql`SELECT * FROM service_requests WHERE tenant = ${scope.tenantId} AND ${within} ${page}`
        : numbered(scope, filter, page),
    orderBy: sql`filed_at DESC, id DESC`,
    limit,
  });
};

/** What lies before it has another bound than `after`: of two, the planner might seek the farther one. */
const dueAfter = ({ dueBefore }: DeadlineFilter, after: Keyset | undefined): RawBuilder<unknown> => {
  if (after === undefined) return dueBefore === undefined ? nothing : sql`AND due_at > ''`;
  const [request = '', kind = '', cycle = '0'] = after.id.split('/');
  return sql`AND (due_at, request_id, kind, cycle) > (${after.at}, ${request}, ${kind}, ${Number(cycle) || 0})`;
};

/** Soonest due first; before them those that are not due (paused), by request, unless asked for what is due before some time. */
export const deadlinePage = (scope: Scope, filter: DeadlineFilter, { limit, after }: Page): RawBuilder<DeadlineRow> => {
  const { state, dueBefore } = filter;
  const page = sql`${dueAfter(filter, after)} ${dueBefore === undefined ? nothing : sql`AND due_at < ${dueBefore}`}`;
  return mergedRanges({
    choices: { restricted: seenBy(scope), state: [state] },
    select: (within) => sql`SELECT * FROM deadlines WHERE tenant = ${scope.tenantId} AND ${within} ${page}`,
    orderBy: sql`due_at, request_id, kind, cycle`,
    limit,
  });
};

/** Newest first. Beside its own rows a page passes by those of the last step of nearness that were not as near. */
export const gamingPage = (
  scope: Scope,
  { withinMs, from, to }: GamingFilter,
  { limit, after }: Page,
): RawBuilder<DeadlineGamingRow> => {
  const since = from === undefined ? nothing : sql`AND at >= ${from}`;
  const until = to === undefined ? nothing : sql`AND at < ${to}`;
  const page = after === undefined ? until : sql`AND (at, id) < (${after.at}, ${after.id})`;
  return mergedRanges({
    choices: {
      restricted: seenBy(scope),
      nearness: Array.from({ length: nearnessOf(withinMs) + 1 }, (_, step) => step),
    },
    select: (within) => sql`SELECT * FROM deadline_gaming
      WHERE tenant = ${scope.tenantId} AND ${within} AND until_due_ms <= ${withinMs} ${since} ${page}`,
    orderBy: sql`at DESC, id DESC`,
    limit,
  });
};
