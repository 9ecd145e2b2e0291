import { type Kysely, sql } from 'kysely';
import type { RecordedEvent } from '#event-store';
import { type Generation, Upsert } from '#read-store';
import { budgetMsOf, type Obligation } from '../domain/obligation.state.js';
import type { ServiceRequestEvent } from '../domain/service-request.events.js';
import type { FiledRequest, ServiceRequest } from '../domain/service-request.state.js';
import type { OutcomeRow, ServiceRequestSchema } from './schema.js';

/** Only these decide what becomes of a promise: a filing costs no more by it. */
const DECIDING: ReadonlySet<string> = new Set<ServiceRequestEvent['type']>([
  'FirstResponseGiven',
  'ResponseGiven',
  'RequestResolved',
  'ResponseBreached',
  'ResolutionBreached',
  'BreachAnnulled',
]);

/** When it was due; of one that was kept while its clock stood, when it was to be due before that. */
const dueOf = ({ breach, serviceLevelAgreement, suspended, respondedAt }: Obligation): string =>
  breach?.dueAt ?? serviceLevelAgreement.expirationTime ?? suspended?.dueAt ?? respondedAt ?? '';

const toRow = (
  { requestId, details }: FiledRequest,
  obligation: Obligation,
  outcome: OutcomeRow['outcome'],
  { meta, revision, recordedAt }: RecordedEvent,
): OutcomeRow => ({
  tenant: meta.tenantId,
  due_at: dueOf(obligation),
  request_id: requestId,
  kind: obligation.kind,
  cycle: obligation.cycle,
  revision: Number(revision),
  outcome,
  recorded_from: recordedAt,
  recorded_until: null,
  policy_id: obligation.policy.id,
  customer_id: details.customerId,
  severity: obligation.breach?.severity ?? obligation.severity,
  budget_ms: budgetMsOf(obligation),
  responded_at: obligation.respondedAt ?? null,
  elapsed_ms: obligation.elapsedMs ?? null,
  clock_stood: obligation.clockStood === true ? 1 : 0,
});

/** What an event has made of the promises of its request, as far as that is decided: met, breached or annulled. */
export const outcomesOf = (
  before: ServiceRequest,
  after: ServiceRequest,
  event: RecordedEvent,
): readonly OutcomeRow[] => {
  if (!DECIDING.has(event.type) || before.status === 'notFiled' || after.status === 'notFiled') return [];
  return after.obligations.flatMap((obligation, index) => {
    const { state } = obligation;
    const isDecided = state !== 'open' && state !== 'paused' && obligation !== before.obligations[index];
    return isDecided ? [toRow(after, obligation, state, event)] : [];
  });
};

const KEY = ['tenant', 'due_at', 'request_id', 'kind', 'cycle', 'revision'] as const;

const rows = new Upsert<ServiceRequestSchema, 'outcomes'>(
  'outcomes',
  [
    ...KEY,
    'outcome',
    'recorded_from',
    'recorded_until',
    'policy_id',
    'customer_id',
    'severity',
    'budget_ms',
    'responded_at',
    'elapsed_ms',
    'clock_stood',
  ],
  KEY,
);

/** The rows of a period lie together: a report reads them and nothing else. */
export const createOutcomes = async (database: Kysely<ServiceRequestSchema>, generation: Generation): Promise<void> => {
  await sql`CREATE TABLE ${sql.table(generation.table('outcomes'))} (
    tenant TEXT NOT NULL, due_at TEXT NOT NULL, request_id TEXT NOT NULL, kind TEXT NOT NULL, cycle INTEGER NOT NULL,
    revision INTEGER NOT NULL, outcome TEXT NOT NULL, recorded_from TEXT NOT NULL, recorded_until TEXT,
    policy_id TEXT NOT NULL, customer_id TEXT NOT NULL, severity TEXT NOT NULL, budget_ms INTEGER NOT NULL,
    responded_at TEXT, elapsed_ms INTEGER, clock_stood INTEGER NOT NULL,
    PRIMARY KEY (tenant, due_at, request_id, kind, cycle, revision)) WITHOUT ROWID`.execute(database);
};

/** The rows of a batch by what they are about, in order. */
type Saved = Map<string, OutcomeRow[]>;

/** What was recorded until now holds no longer; a clock that was set back dates the end before the start: it never held. */
const endEarlier = async (
  database: Kysely<ServiceRequestSchema>,
  generation: Generation,
  { tenant, due_at, request_id, kind, cycle, recorded_from }: OutcomeRow,
): Promise<void> => {
  await database
    .updateTable(generation.table('outcomes'))
    .set({ recorded_until: recorded_from })
    .where('tenant', '=', tenant)
    .where('due_at', '=', due_at)
    .where('request_id', '=', request_id)
    .where('kind', '=', kind)
    .where('cycle', '=', cycle)
    .where(({ eb, or }) => or([eb('recorded_until', 'is', null), eb('recorded_until', '>', recorded_from)]))
    .execute();
};

const ended = (row: OutcomeRow, at: string): OutcomeRow =>
  row.recorded_until === null || row.recorded_until > at ? { ...row, recorded_until: at } : row;

/** Nothing that was recorded is lost: what it was before an annulment or a late answer stays, with its time. */
export const saveOutcomes = async (
  database: Kysely<ServiceRequestSchema>,
  generation: Generation,
  outcomes: readonly OutcomeRow[],
): Promise<void> => {
  const saved: Saved = new Map();
  for (const row of outcomes) {
    const { request_id, kind, cycle, outcome, recorded_from } = row;
    const about = `${request_id}/${kind}/${cycle}`;
    const earlier = (saved.get(about) ?? []).map((known) => ended(known, recorded_from));
    saved.set(about, [...earlier, row]);
    // A promise that is kept was nothing before, and is nothing else afterwards.
    if (outcome !== 'met') await endEarlier(database, generation, row);
  }
  await rows.save(database, generation, [...saved.values()].flat());
};
