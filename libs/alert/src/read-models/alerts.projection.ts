import { type Kysely, sql } from 'kysely';
import { evolveRecorded } from '#aggregates';
import type { RecordedEvent } from '#event-store';
import { type Generation, type Projection, Upsert } from '#read-store';
import { type Alert, alertType } from '../domain/alert.js';

export interface AlertRow {
  readonly tenant: string;
  readonly id: string;
  readonly state: string;
  readonly snoozed_until: string | null;
  readonly opened_at: string;
  /** Whose promise it tells of; kind and cycle are null when it tells of none. */
  readonly request_id: string;
  readonly kind: string | null;
  readonly cycle: number | null;
  /** As recorded in the alert: what came later is told by the promise's own row. */
  readonly responded_at: string | null;
  /** The state as JSON. */
  readonly alert: string;
  readonly revision: number;
  readonly position: string;
}

export interface AlertSchema {
  alerts: AlertRow;
}

const PREFIX = `${alertType.category}-`;

const before = async (database: Kysely<AlertSchema>, generation: Generation, id: string): Promise<Alert> => {
  const row = await database
    .selectFrom(generation.table('alerts'))
    .select('alert')
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? alertType.initial : (JSON.parse(row.alert) as Alert);
};

const rows = new Upsert<AlertSchema, 'alerts'>(
  'alerts',
  [
    'tenant',
    'id',
    'state',
    'snoozed_until',
    'opened_at',
    'request_id',
    'kind',
    'cycle',
    'responded_at',
    'alert',
    'revision',
    'position',
  ],
  ['id'],
  ['tenant', 'opened_at', 'request_id', 'kind', 'cycle'],
);

const applyOne = async (database: Kysely<AlertSchema>, generation: Generation, event: RecordedEvent): Promise<void> => {
  const { tenantId } = event.meta;
  const id = event.stream.slice(`${PREFIX}${tenantId}.`.length);
  const old = event.revision === 0n ? alertType.initial : await before(database, generation, id);
  const alert = evolveRecorded(alertType, old, event);
  if (alert.state === 'none') return;
  const row: AlertRow = {
    tenant: tenantId,
    id,
    state: alert.state,
    snoozed_until: alert.snoozedUntil ?? null,
    opened_at: alert.openedAt,
    request_id: alert.serviceRequestId,
    kind: alert.obligation?.kind ?? null,
    cycle: alert.obligation?.cycle ?? null,
    responded_at: alert.respondedAt,
    alert: JSON.stringify(alert),
    revision: Number(event.revision),
    position: event.position,
  };
  await rows.save(database, generation, [row]);
};

/** What operators have to look at. */
export const alertsProjection: Projection<AlertSchema> = {
  name: 'alerts',
  version: 2,
  tables: ['alerts'],
  categories: [alertType.category],

  async createTables(database, generation) {
    const alerts = sql.table(generation.table('alerts'));
    await sql`CREATE TABLE ${alerts} (
      tenant TEXT NOT NULL, id TEXT PRIMARY KEY, state TEXT NOT NULL, snoozed_until TEXT, opened_at TEXT NOT NULL,
      request_id TEXT NOT NULL, kind TEXT, cycle INTEGER, responded_at TEXT, alert TEXT NOT NULL, revision INTEGER NOT NULL, position TEXT NOT NULL)`.execute(
      database,
    );
    // Those without a filter are those of every state; who sleeps until when is told without a look at the row.
    await sql`CREATE INDEX ${sql.ref(generation.table('alerts_by_state'))} ON ${alerts}
      (tenant, state, opened_at, id, snoozed_until)`.execute(database);
  },

  async apply(database, generation, events) {
    for (const event of events) await applyOne(database, generation, event);
  },
};
