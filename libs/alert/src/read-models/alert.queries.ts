import { setImmediate as breathe } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Instant, Scope } from '#kernel';
import { mergedRanges } from '#read-store';
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

export interface Keyset {
  readonly at: string;
  readonly id: string;
}

export interface AlertPage {
  readonly limit: number;
  readonly after?: Keyset | undefined;
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

/** Told by the requests' own rows, which another projection keeps: an alert whose request is not there yet is not shown. */
const isVisible = ({ seesFraud }: Scope): RawBuilder<boolean> =>
  seesFraud
    ? sql<boolean>`TRUE`
    : sql<boolean>`EXISTS (
        SELECT 1 FROM service_requests AS told
        WHERE told.id = alerts.request_id AND told.tenant = alerts.tenant AND told.restricted = 0)`;

const visible = (scope: Scope): RawBuilder<ToldRow> => sql`
  SELECT alerts.*, owed.responded_at AS answered_at
  FROM alerts LEFT JOIN deadlines AS owed
    ON owed.request_id = alerts.request_id AND owed.kind = alerts.kind AND owed.cycle = alerts.cycle
    AND owed.tenant = alerts.tenant
  WHERE alerts.tenant = ${scope.tenantId} AND ${isVisible(scope)}`;

const STATES = Object.keys({
  open: true,
  snoozed: true,
  acknowledged: true,
  resolved: true,
} satisfies Record<OpenedAlert['state'], true>);

/** As recorded: what is open by now may have been snoozed until now. */
const recordedStates = (state: string | undefined): readonly string[] => {
  if (state === undefined) return STATES;
  return state === 'open' ? ['open', 'snoozed'] : [state];
};

/** Whether its snooze is over: in the alerts that are open, one that was snoozed has to be; in those snoozed, none may. */
const awake = (state: string | undefined, now: Instant): RawBuilder<unknown> => {
  if (state === 'snoozed') return sql`AND alerts.snoozed_until > ${now}`;
  return state === 'open' ? sql`AND (alerts.state = 'open' OR alerts.snoozed_until <= ${now})` : sql``;
};

const answered = (isAnswered: boolean | undefined): RawBuilder<unknown> =>
  isAnswered === undefined
    ? sql``
    : sql`AND coalesce(alerts.responded_at, owed.responded_at) ${isAnswered ? sql`IS NOT NULL` : sql`IS NULL`}`;

interface Span extends AlertPage {
  /** The last one that is looked at; absent: all. */
  readonly until?: Keyset | undefined;
}

const between = ({ after, until }: Span): RawBuilder<unknown> => sql`
  ${after === undefined ? sql`` : sql`AND (opened_at, id) < (${after.at}, ${after.id})`}
  ${until === undefined ? sql`` : sql`AND (opened_at, id) >= (${until.at}, ${until.id})`}`;

/** Newest first. */
const page = (scope: Scope, { state, isAnswered }: AlertFilter, span: Span, now: Instant): RawBuilder<ToldRow> =>
  mergedRanges({
    choices: { 'alerts.state': recordedStates(state) },
    select: (within) =>
      sql`${visible(scope)} AND ${within} ${awake(state, now)} ${between(span)} ${answered(isAnswered)}`,
    orderBy: sql`opened_at DESC, id DESC`,
    limit: span.limit,
  });

/** Which alert is so many further on, whatever is asked of them: told by an index alone. */
const furtherOn = ({ tenantId }: Scope, state: string | undefined, count: number, after: Keyset | undefined) =>
  mergedRanges<Keyset>({
    choices: { state: recordedStates(state) },
    select: (within) => sql`SELECT opened_at AS at, id FROM alerts
      WHERE tenant = ${tenantId} AND ${within} ${between({ limit: 1, after })}`,
    orderBy: sql`at DESC, id DESC`,
    limit: 1,
    offset: count - 1,
  });

/** So many are looked at in one turn of the event loop, a few milliseconds: others are served meanwhile. */
const LOOKED_AT_ONCE = 1_000;

/** Always for one tenant (G9), and as far as the caller sees. */
export class AlertQueries {
  constructor(private readonly database: Kysely<Schema>) {}

  /** With whether it was answered since its last event: its view differs then, and its revision does not. */
  async view(scope: Scope, id: string, now: Instant) {
    const { rows } = await sql<ToldRow>`${visible(scope)} AND alerts.id = ${id}`.execute(this.database);
    return rows[0] && toView(rows[0], now);
  }

  /**
   * Newest first. A page costs what it shows, however deep and whatever else is stored, but for what it passes by: alerts
   * of requests that few may see, for those who may not; among those snoozed, the ones whose snooze is over, and among
   * those open the ones whose is not; and with `isAnswered`, each alert of that state which is not as asked. Whether
   * something was answered is looked up promise by promise: only the requests' own rows know.
   */
  async list(scope: Scope, filter: AlertFilter, span: AlertPage, now: Instant) {
    const rows =
      filter.isAnswered === undefined
        ? await this.#rows(scope, filter, span, now)
        : await this.#search(scope, filter, span, now);
    return rows.map((row) => toView(row, now).view);
  }

  async #rows(scope: Scope, filter: AlertFilter, span: Span, now: Instant): Promise<readonly ToldRow[]> {
    return (await page(scope, filter, span, now).execute(this.database)).rows;
  }

  async #search(scope: Scope, filter: AlertFilter, { limit, after }: AlertPage, now: Instant) {
    const found: ToldRow[] = [];
    for (let from = after; ;) {
      const { rows } = await furtherOn(scope, filter.state, LOOKED_AT_ONCE, from).execute(this.database);
      const [until] = rows;
      found.push(...(await this.#rows(scope, filter, { limit: limit - found.length, after: from, until }, now)));
      if (until === undefined || found.length >= limit) return found;
      from = until;
      await breathe();
    }
  }
}
