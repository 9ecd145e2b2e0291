import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { MemoryEventStore } from '#event-store';
import { type CustomerId, type Instant, ManualClock, newUuid, type RequestId, type TenantId } from '#kernel';
import { type CheckpointSchema, createCheckpoints, openSqliteReadStore, Projector, waitForPosition } from '#read-store';
import type { Impact, Terms } from '#service-level';
import { aroundTheClock, at, commandMeta, filedDetails, programTerms } from '#testing';
import { annulBreach } from '../src/domain/annul-breach.js';
import { checkDeadline } from '../src/domain/check-deadline.js';
import { fileRequest } from '../src/domain/file-request.js';
import { giveResponse } from '../src/domain/give-response.js';
import type { OpenHoursOf } from '../src/domain/response-time.js';
import type { ServiceRequestEvent } from '../src/domain/service-request.events.js';
import type { ServiceRequest } from '../src/domain/service-request.state.js';
import { AttainmentQueries, type AttainmentQuestion } from '../src/figures/attainment.queries.js';
import type { ServiceRequestSchema } from '../src/read-models/schema.js';
import { serviceRequestsProjection } from '../src/read-models/service-requests.projection.js';
import { ServiceRequestStore } from '../src/service-request.store.js';

const tenantId = 'contoso' as TenantId;
const key = { kind: 'programFirstResponse', cycle: 1 } as const;

interface Filing {
  readonly terms?: Terms;
  readonly customerId?: string;
  readonly issueClass?: string;
}

/** Requests and the figures of their promises, on a clock that is set with every step. */
export const figures = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'figures-'));
  const path = join(folder, 'read.sqlite');
  const database = openSqliteReadStore<ServiceRequestSchema>(path, 'write');
  const checkpoints = database as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
  const clock = new ManualClock(at('00:00'));
  const events = new MemoryEventStore();
  await createCheckpoints(checkpoints, events);
  const requests = new ServiceRequestStore(events, clock);
  const log = { info: () => undefined, error: () => undefined };
  const projector = new Projector(serviceRequestsProjection, events, database, log);
  await projector.start();
  const queries = new AttainmentQueries(database);

  const change = async (
    now: Instant,
    id: RequestId,
    decide: (request: ServiceRequest) => readonly ServiceRequestEvent[],
  ): Promise<void> => {
    clock.set(now);
    await requests.change(id, commandMeta(), decide);
  };
  const seen = async () =>
    waitForPosition(checkpoints, serviceRequestsProjection.name, (await events.head()) ?? '0', 10_000);

  return {
    path,
    change,
    async file(
      now: Instant,
      impact: Impact,
      { terms = programTerms(impact), customerId = 'fabrikam', issueClass = 'technical' }: Filing = {},
    ) {
      const id = newUuid() as RequestId;
      const details = { ...filedDetails, customerId: customerId as CustomerId, issueClass, filedAt: now };
      await change(now, id, (request) => fileRequest({ requestId: id, details, impact, terms: [terms] }, request));
      return id;
    },
    check: (now: Instant, id: RequestId) =>
      change(now, id, (request) => checkDeadline({ obligation: key, now }, request)),
    answer: (now: Instant, id: RequestId, openHoursOf: OpenHoursOf = aroundTheClock) =>
      change(now, id, (request) => giveResponse({ text: 'We are on it.', now }, openHoursOf, request)),
    annul: (now: Instant, id: RequestId) =>
      change(now, id, (request) =>
        annulBreach({ obligation: key, reason: 'Told by phone', evidence: 'Call record', now }, request),
      ),
    async ask(question: Partial<AttainmentQuestion> = {}, tenant = tenantId, seesFraud = true) {
      await seen();
      return queries.attainment(
        { tenantId: tenant, seesFraud },
        { filter: {}, groupBy: [], timeZone: 'UTC', budgets: {}, ...question },
      );
    },
    async outcomes() {
      await seen();
      return database.selectFrom('outcomes').selectAll().orderBy('request_id').orderBy('revision').execute();
    },
    rebuild: () => projector.rebuild(1),
    database,
    async end(): Promise<void> {
      await projector.stop();
      await database.destroy();
      await events.close();
      await rm(folder, { recursive: true });
    },
  };
};
