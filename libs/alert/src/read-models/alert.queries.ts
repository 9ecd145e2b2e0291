import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Instant, Scope } from '#kernel';
import type { ServiceRequestSchema } from '#service-request';
import type { OpenedAlert } from '../domain/alert.js';
import type { AlertRow, AlertSchema } from './alerts.projection.js';

type Schema = AlertSchema & Pick<ServiceRequestSchema, 'service_requests' | 'deadlines'>;
/** What was owed may have been done since the alert: the promise's own row has it, which another projection keeps. */
type ToldRow = AlertRow & { readonly answered_at: Instant | null };

export interface AlertFilter {
  readonly state?: string | undefined;
  /** Whether what was owed was done, before the alert or after. */
  readonly isAnswered?: boolean | undefined;
}

export interface AlertPage {
  readonly limit: number;
  readonly after?: { readonly at: string; readonly id: string } | undefined;
}

/** An alert as its last event left it: what a command answers with, whenever it is repeated (G4). */
export const alertView = ({ alertId, ...alert }: OpenedAlert, revision: number, position: string) => ({
  id: alertId,
  ...alert,
  revision,
  position,
});

/** One whose snooze is over is open again. */
const asOf = (alert: OpenedAlert, now: Instant): OpenedAlert =>
  alert.state === 'snoozed' && (alert.snoozedUntil ?? now) <= now ? { ...alert, state: 'open' } : alert;

const toView = ({ alert, revision, position, answered_at: answeredAt }: ToldRow, now: Instant) => {
  const told = asOf(JSON.parse(alert) as OpenedAlert, now);
  return {
    view: alertView({ ...told, respondedAt: told.respondedAt ?? answeredAt }, revision, position),
    isAnsweredSince: told.respondedAt === null && answeredAt !== null,
  };
};

const RECORDED = sql`alerts.alert ->> 'respondedAt'`;
const SINCE = sql<Instant | null>`owed.obligation ->> 'respondedAt'`;

const promise = (key: 'serviceRequestId' | 'obligation.kind' | 'obligation.cycle'): RawBuilder<string> =>
  sql<string>`alerts.alert ->> ${sql.lit(`$.${key}`)}`;

/** Told by the requests' own rows, which another projection keeps: an alert whose request is not there yet is not shown. */
const isVisible = ({ seesFraud }: Scope): RawBuilder<boolean> =>
  seesFraud
    ? sql<boolean>`TRUE`
    : sql<boolean>`EXISTS (
        SELECT 1 FROM service_requests AS told
        WHERE told.id = alerts.alert ->> 'serviceRequestId' AND told.tenant = alerts.tenant AND told.restricted = 0)`;

/** Always for one tenant (G9), and as far as the caller sees. */
export class AlertQueries {
  constructor(private readonly database: Kysely<Schema>) {}

  /** With whether it was answered since its last event: its view differs then, and its revision does not. */
  async view(scope: Scope, id: string, now: Instant) {
    const row = await this.#visible(scope).where('id', '=', id).executeTakeFirst();
    return row && toView(row, now);
  }

  /** Newest first. */
  async list(scope: Scope, { state, isAnswered }: AlertFilter, { limit, after }: AlertPage, now: Instant) {
    const rows = await this.#visible(scope)
      .$if(isAnswered !== undefined, (query) =>
        query.where(
          sql<boolean>`coalesce(${RECORDED}, ${SINCE}) IS ${sql.raw(isAnswered === true ? 'NOT NULL' : 'NULL')}`,
        ),
      )
      .$if(state === 'open', (query) =>
        query.where(({ or, and, eb }) =>
          or([
            eb('alerts.state', '=', 'open'),
            and([eb('alerts.state', '=', 'snoozed'), eb('snoozed_until', '<=', now)]),
          ]),
        ),
      )
      .$if(state === 'snoozed', (query) => query.where('alerts.state', '=', 'snoozed').where('snoozed_until', '>', now))
      .$if(state === 'acknowledged' || state === 'resolved', (query) => query.where('alerts.state', '=', state ?? ''))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('opened_at', 'id'), '<', tuple(after?.at ?? '', after?.id ?? '')),
        ),
      )
      .orderBy('opened_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => toView(row, now).view);
  }

  #visible(scope: Scope) {
    return this.database
      .selectFrom('alerts')
      .leftJoin('deadlines as owed', (join) =>
        join
          .on('owed.request_id', '=', promise('serviceRequestId'))
          .on('owed.kind', '=', promise('obligation.kind'))
          .on(sql<boolean>`owed.cycle = ${promise('obligation.cycle')}`)
          .onRef('owed.tenant', '=', 'alerts.tenant'),
      )
      .selectAll('alerts')
      .select(SINCE.as('answered_at'))
      .where('alerts.tenant', '=', scope.tenantId)
      .where(isVisible(scope));
  }
}
