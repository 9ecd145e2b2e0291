import { type Kysely, sql } from 'kysely';
import { evolveRecorded } from '#aggregates';
import type { RecordedEvent } from '#event-store';
import { type Generation, type Projection, Upsert } from '#read-store';
import { LRUCache } from 'lru-cache';
import { checksOf } from '../domain/check-deadline.js';
import {
  type FiledRequest,
  isRestricted,
  isSettled,
  notFiled,
  type ServiceRequest,
} from '../domain/service-request.state.js';
import { serviceRequestType } from '../service-request.type.js';
import { createDeadlineGaming, saveDeadlineGaming } from './deadline-gaming.js';
import { createOutcomes, outcomesOf, saveOutcomes } from './outcomes.js';
import type { DeadlineRow, OutcomeRow, ServiceRequestRow, ServiceRequestSchema } from './schema.js';

type Database = Kysely<ServiceRequestSchema>;

const PREFIX = `${serviceRequestType.category}-`;
const KEPT_IN_MEMORY = 20_000;

interface Folded {
  readonly touched: ReadonlyMap<string, Touched>;
  readonly outcomes: readonly OutcomeRow[];
}

interface Touched {
  readonly tenant: string;
  state: ServiceRequest;
  last: RecordedEvent;
}

const remembered = ({ memory }: Generation): LRUCache<string, ServiceRequest> => {
  const kept = memory.get('states');
  if (kept instanceof LRUCache) return kept as LRUCache<string, ServiceRequest>;
  const fresh = new LRUCache<string, ServiceRequest>({ max: KEPT_IN_MEMORY });
  memory.set('states', fresh);
  return fresh;
};

const stateBefore = async (
  database: Database,
  generation: Generation,
  event: RecordedEvent,
): Promise<ServiceRequest> => {
  if (event.revision === 0n) return notFiled;
  const kept = remembered(generation).get(event.stream);
  if (kept !== undefined) return kept;
  const id = event.stream.slice(`${PREFIX}${event.meta.tenantId}.`.length);
  const row = await database
    .selectFrom(generation.table('service_requests'))
    .select('state')
    .where('id', '=', id)
    .where('tenant', '=', event.meta.tenantId)
    .executeTakeFirstOrThrow();
  return JSON.parse(row.state) as ServiceRequest;
};

const fold = async (database: Database, generation: Generation, events: readonly RecordedEvent[]): Promise<Folded> => {
  const touched = new Map<string, Touched>();
  const outcomes: OutcomeRow[] = [];
  for (const event of events) {
    const known = touched.get(event.stream);
    const before = known?.state ?? (await stateBefore(database, generation, event));
    const state = evolveRecorded(serviceRequestType, before, event);
    touched.set(event.stream, { tenant: event.meta.tenantId, state, last: event });
    outcomes.push(...outcomesOf(before, state, event));
  }
  return { touched, outcomes };
};

const isHidden = (state: ServiceRequest = notFiled): boolean => state.status !== 'notFiled' && isRestricted(state);

const requestRow = (
  tenant: string,
  request: FiledRequest,
  { revision, position }: RecordedEvent,
): ServiceRequestRow => ({
  tenant,
  id: request.requestId,
  number: request.details.number,
  customer_id: request.details.customerId,
  status: request.status,
  impact: request.severity.impact,
  filed_at: request.details.filedAt,
  restricted: isRestricted(request) ? 1 : 0,
  state: JSON.stringify(request),
  revision: Number(revision),
  position,
});

/** One row an obligation. */
export const deadlineRows = (tenant: string, request: FiledRequest): DeadlineRow[] => {
  const { requestId, details, severity, obligations } = request;
  const restricted = isRestricted(request) ? 1 : 0;
  return obligations.map((obligation) => ({
    tenant,
    request_id: requestId,
    kind: obligation.kind,
    cycle: obligation.cycle,
    revision: obligation.revision,
    state: obligation.state,
    impact: severity.impact,
    customer_id: details.customerId,
    restricted,
    due_at: obligation.serviceLevelAgreement.expirationTime ?? '',
    check_at: checksOf(obligation, isSettled(request))[0] ?? null,
    responded_at: obligation.respondedAt ?? null,
    obligation: JSON.stringify(obligation),
  }));
};

const requestRows = new Upsert<ServiceRequestSchema, 'service_requests'>(
  'service_requests',
  [
    'tenant',
    'id',
    'number',
    'customer_id',
    'status',
    'impact',
    'filed_at',
    'restricted',
    'state',
    'revision',
    'position',
  ],
  ['id'],
  ['tenant', 'number', 'customer_id', 'filed_at', 'restricted'],
);

const deadlines = new Upsert<ServiceRequestSchema, 'deadlines'>(
  'deadlines',
  [
    'tenant',
    'request_id',
    'kind',
    'cycle',
    'revision',
    'state',
    'impact',
    'customer_id',
    'restricted',
    'due_at',
    'check_at',
    'responded_at',
    'obligation',
  ],
  ['request_id', 'kind', 'cycle'],
  ['tenant', 'customer_id', 'restricted'],
);

/** Requests as their callers see them, what is owed on each, what became of it, and who moved a deadline just before it. */
export const serviceRequestsProjection: Projection<ServiceRequestSchema> = {
  name: 'service-requests',
  version: 7,
  tables: ['service_requests', 'deadlines', 'deadline_gaming', 'outcomes'],
  categories: [serviceRequestType.category],

  async createTables(database, generation) {
    const requests = sql.table(generation.table('service_requests'));
    const deadlineTable = sql.table(generation.table('deadlines'));
    const index = (name: string) => sql.ref(generation.table(name));
    await sql`CREATE TABLE ${requests} (
      tenant TEXT NOT NULL, id TEXT PRIMARY KEY, number TEXT NOT NULL, customer_id TEXT NOT NULL, status TEXT NOT NULL, impact TEXT NOT NULL,
      filed_at TEXT NOT NULL, restricted INTEGER NOT NULL, state TEXT NOT NULL, revision INTEGER NOT NULL, position TEXT NOT NULL)`.execute(
      database,
    );
    await sql`CREATE INDEX ${index('requests_by_number')} ON ${requests} (tenant, number, filed_at, id)`.execute(
      database,
    );
    // Those without a filter are those of every status and impact: an index by filing alone would only cost.
    await sql`CREATE INDEX ${index('requests_by_status')} ON ${requests} (tenant, restricted, status, impact, filed_at, id)`.execute(
      database,
    );
    await sql`CREATE INDEX ${index('requests_by_customer')} ON ${requests}
      (tenant, restricted, customer_id, status, impact, filed_at, id)`.execute(database);
    await sql`CREATE INDEX ${index('requests_restricted')} ON ${requests} (tenant, id) WHERE restricted = 1`.execute(
      database,
    );
    await sql`CREATE TABLE ${deadlineTable} (
      tenant TEXT NOT NULL, request_id TEXT NOT NULL, kind TEXT NOT NULL, cycle INTEGER NOT NULL, revision INTEGER NOT NULL,
      state TEXT NOT NULL, impact TEXT NOT NULL, customer_id TEXT NOT NULL, restricted INTEGER NOT NULL, due_at TEXT NOT NULL,
      check_at TEXT, responded_at TEXT, obligation TEXT NOT NULL,
      PRIMARY KEY (request_id, kind, cycle))`.execute(database);
    await sql`CREATE INDEX ${index('deadlines_by_due')} ON ${deadlineTable}
      (tenant, restricted, state, due_at, request_id, kind, cycle)`.execute(database);
    await sql`CREATE INDEX ${index('deadlines_by_check')} ON ${deadlineTable} (check_at, request_id)
      WHERE check_at IS NOT NULL`.execute(database);
    await createDeadlineGaming(database, generation);
    await createOutcomes(database, generation);
  },

  async apply(database, generation, events) {
    const { touched, outcomes } = await fold(database, generation, events);
    const requests: ServiceRequestRow[] = [];
    const owed: DeadlineRow[] = [];
    for (const [stream, { tenant, state, last }] of touched) {
      remembered(generation).set(stream, state);
      if (state.status === 'notFiled') continue;
      requests.push(requestRow(tenant, state, last));
      owed.push(...deadlineRows(tenant, state));
    }
    await requestRows.save(database, generation, requests);
    await deadlines.save(database, generation, owed);
    await saveDeadlineGaming(database, generation, events, (stream) => isHidden(touched.get(stream)?.state));
    await saveOutcomes(database, generation, outcomes);
  },
};
