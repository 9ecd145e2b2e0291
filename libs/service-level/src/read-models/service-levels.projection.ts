import { type Kysely, sql } from 'kysely';
import { hadNoEffect } from '#aggregates';
import type { RecordedEvent } from '#event-store';
import type { Generation, Projection } from '#read-store';
import { calendarType, policyType } from '../domain/definition.js';
import type { CalendarEvent, PolicyPublished } from '../domain/service-level.events.js';

export interface DefinitionRow {
  readonly tenant: string;
  readonly kind: 'calendar' | 'policy';
  readonly id: string;
  /** The newest. */
  readonly version: number;
  readonly published_at: string;
  readonly effective_from: string;
  readonly display_name: string;
  /** A calendar's time zone, a policy's obligation. */
  readonly subject: string;
}

export interface ServiceLevelSchema {
  definitions: DefinitionRow;
}

type Changes = Omit<DefinitionRow, 'tenant'>;

const changesOf = (event: CalendarEvent | PolicyPublished): Partial<Changes> & Pick<Changes, 'kind' | 'id'> => {
  const { version, publishedAt, effectiveFrom } = event.data;
  const publication = { version, published_at: publishedAt, effective_from: effectiveFrom };
  switch (event.type) {
    case 'SlaPolicyPublished': {
      const { policyId, definition } = event.data;
      const names = { display_name: definition.displayName, subject: definition.obligation };
      return { kind: 'policy', id: policyId, ...publication, ...names };
    }
    case 'CalendarPublished': {
      const { calendarId, definition } = event.data;
      const names = { display_name: definition.displayName, subject: definition.timeZone };
      return { kind: 'calendar', id: calendarId, ...publication, ...names };
    }
    case 'HolidaysImported':
      return { kind: 'calendar', id: event.data.calendarId, ...publication };
  }
};

const decode = (event: RecordedEvent): CalendarEvent | PolicyPublished =>
  event.stream.startsWith(`${calendarType.category}-`)
    ? calendarType.codec.decode(event)
    : policyType.codec.decode(event);

const applyOne = async (
  database: Kysely<ServiceLevelSchema>,
  table: 'definitions',
  tenant: string,
  { kind, id, ...changes }: ReturnType<typeof changesOf>,
): Promise<void> => {
  const { display_name, subject, version = 0, published_at = '', effective_from = '' } = changes;
  if (display_name === undefined || subject === undefined) {
    await database
      .updateTable(table)
      .set(changes)
      .where('tenant', '=', tenant)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .execute();
    return;
  }
  const row = { tenant, kind, id, version, published_at, effective_from, display_name, subject };
  await database
    .insertInto(table)
    .values(row)
    .onConflict((conflict) => conflict.columns(['tenant', 'kind', 'id']).doUpdateSet(changes))
    .execute();
};

/** Which calendars and policies there are; the definitions themselves are read from their own events. */
export const serviceLevelsProjection: Projection<ServiceLevelSchema> = {
  name: 'service-levels',
  version: 1,
  tables: ['definitions'],
  categories: [calendarType.category, policyType.category],

  async createTables(database, generation) {
    await sql`CREATE TABLE ${sql.table(generation.table('definitions'))} (
      tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, published_at TEXT NOT NULL,
      effective_from TEXT NOT NULL, display_name TEXT NOT NULL, subject TEXT NOT NULL,
      PRIMARY KEY (tenant, kind, id)) WITHOUT ROWID`.execute(database);
  },

  async apply(database, generation: Generation, events) {
    for (const event of events) {
      if (hadNoEffect(event)) continue;
      const changes = changesOf(decode(event));
      await applyOne(database, generation.table('definitions'), event.meta.tenantId, changes);
    }
  },
};
