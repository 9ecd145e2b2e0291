import { type Kysely, sql } from 'kysely';
import type { RecordedEvent } from '#event-store';
import { type Generation, Upsert } from '#read-store';
import { type Impact, IMPACTS } from '#service-level';
import { serviceRequestType } from '../service-request.type.js';
import type { DeadlineGamingRow, ServiceRequestSchema } from './schema.js';

const isMilder = (impact: Impact, from: Impact): boolean => IMPACTS.indexOf(impact) > IMPACTS.indexOf(from);

type Move = Pick<DeadlineGamingRow, 'kind' | 'request_id' | 'at' | 'reason' | 'until_due_ms' | 'from' | 'to'>;

/** A milder severity, a stopped clock or another language, while a deadline ran. */
const moveOf = (recorded: RecordedEvent): Move | undefined => {
  const event = serviceRequestType.codec.decode(recorded);
  if (event.type === 'ClockPaused' && event.data.untilDueMs !== null) {
    const { requestId, recordedAt, reason, untilDueMs } = event.data;
    return {
      kind: 'pause',
      request_id: requestId,
      at: recordedAt,
      reason,
      until_due_ms: untilDueMs,
      from: null,
      to: null,
    };
  }
  if (event.type === 'LanguageChanged' && event.data.untilDueMs !== null) {
    const { requestId, changedAt, reason = '', untilDueMs, from, preferredSupportLanguage: to } = event.data;
    return { kind: 'languageChange', request_id: requestId, at: changedAt, reason, until_due_ms: untilDueMs, from, to };
  }
  if (event.type !== 'SeverityAssigned') return undefined;
  const { requestId, assignedAt, reason = '', untilDueMs = null, from, impact: to } = event.data;
  if (from === undefined || untilDueMs === null || !isMilder(to, from)) return undefined;
  return { kind: 'downgrade', request_id: requestId, at: assignedAt, reason, until_due_ms: untilDueMs, from, to };
};

const FIRST_STEP_MS = 15 * 60_000;
const LAST_STEP = 12;

/**
 * 0 up to a quarter of an hour, and one more for each doubling of it, as far as six weeks. An index has its rows by time
 * within a step, so that a list of what was near passes by none but those of its last step that were not as near.
 */
export const nearnessOf = (untilDueMs: number): number =>
  Math.min(LAST_STEP, Math.max(0, Math.ceil(Math.log2(untilDueMs / FIRST_STEP_MS))));

/** Only these are decoded: a filing, whose first assignment changes nothing, costs no more by it. */
const mayBeMove = ({ type, data }: RecordedEvent): boolean =>
  type === 'ClockPaused' || type === 'LanguageChanged' || (type === 'SeverityAssigned' && data['from'] !== undefined);

const rows = new Upsert<ServiceRequestSchema, 'deadline_gaming'>(
  'deadline_gaming',
  [
    'tenant',
    'id',
    'at',
    'kind',
    'request_id',
    'reason',
    'actor',
    'on_behalf_of',
    'until_due_ms',
    'nearness',
    'restricted',
    'from',
    'to',
  ],
  ['id'],
);

export const createDeadlineGaming = async (
  database: Kysely<ServiceRequestSchema>,
  generation: Generation,
): Promise<void> => {
  const table = sql.table(generation.table('deadline_gaming'));
  await sql`CREATE TABLE ${table} (
    tenant TEXT NOT NULL, id TEXT PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, request_id TEXT NOT NULL,
    reason TEXT NOT NULL, actor TEXT NOT NULL, on_behalf_of TEXT, until_due_ms INTEGER NOT NULL, nearness INTEGER NOT NULL,
    restricted INTEGER NOT NULL, "from" TEXT, "to" TEXT)`.execute(database);
  await sql`CREATE INDEX ${sql.ref(generation.table('deadline_gaming_by_time'))} ON ${table}
    (tenant, restricted, nearness, at, id, until_due_ms)`.execute(database);
};

/** Remembers who made a deadline later or stopped its clock, why, and how near it was (E31). */
export const saveDeadlineGaming = (
  database: Kysely<ServiceRequestSchema>,
  generation: Generation,
  events: readonly RecordedEvent[],
  isHidden: (stream: string) => boolean,
): Promise<void> =>
  rows.save(
    database,
    generation,
    events.filter(mayBeMove).flatMap((event) => {
      const move = moveOf(event);
      const { tenantId: tenant, actor, onBehalfOf = null } = event.meta;
      const who = { tenant, id: event.id, actor: JSON.stringify(actor), on_behalf_of: onBehalfOf };
      if (move === undefined) return [];
      return [{ ...move, ...who, nearness: nearnessOf(move.until_due_ms), restricted: isHidden(event.stream) ? 1 : 0 }];
    }),
  );
