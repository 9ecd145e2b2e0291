import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Instant, Scope } from '#kernel';
import type { ServiceRequestSchema } from '#service-request';
import type { OpenedAlert } from '../domain/alert.js';
import type { AlertRow, AlertSchema } from './alerts.projection.js';

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

const toView = ({ alert, revision, position }: AlertRow, now: Instant) =>
  alertView(asOf(JSON.parse(alert) as OpenedAlert, now), revision, position);

/** Told by the requests' own rows, which another projection keeps: an alert whose request is not there yet is not shown. */
const isVisible = ({ seesFraud }: Scope): RawBuilder<boolean> =>
  seesFraud
    ? sql<boolean>`TRUE`
    : sql<boolean>`EXISTS (
        SELECT 1 FROM service_requests AS told
        WHERE told.id = alerts.alert ->> 'serviceRequestId' AND told.tenant = alerts.tenant AND told.restricted = 0)`;

/** Always for one tenant (G9), and as far as the caller sees. */
export class AlertQueries {
  constructor(private readonly database: Kysely<AlertSchema & Pick<ServiceRequestSchema, 'service_requests'>>) {}

  async view(scope: Scope, id: string, now: Instant) {
    const row = await this.database
      .selectFrom('alerts')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', scope.tenantId)
      .where(isVisible(scope))
      .executeTakeFirst();
    return row && toView(row, now);
  }

  /** Newest first. */
  async list(scope: Scope, state: string | undefined, { limit, after }: AlertPage, now: Instant) {
    const rows = await this.database
      .selectFrom('alerts')
      .selectAll()
      .where('tenant', '=', scope.tenantId)
      .where(isVisible(scope))
      .$if(state === 'open', (query) =>
        query.where(({ or, and, eb }) =>
          or([eb('state', '=', 'open'), and([eb('state', '=', 'snoozed'), eb('snoozed_until', '<=', now)])]),
        ),
      )
      .$if(state === 'snoozed', (query) => query.where('state', '=', 'snoozed').where('snoozed_until', '>', now))
      .$if(state === 'acknowledged' || state === 'resolved', (query) => query.where('state', '=', state ?? ''))
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('opened_at', 'id'), '<', tuple(after?.at ?? '', after?.id ?? '')),
        ),
      )
      .orderBy('opened_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => toView(row, now));
  }
}
