import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { MemoryEventStore } from '#event-store';
import { Followers } from '#following';
import { MemoryTimerQueue, type Timer } from '#job-queue';
import {
  type CommandId,
  type CommandMeta,
  type CorrelationId,
  ManualClock,
  newUuid,
  type RequestId,
  type TenantId,
} from '#kernel';
import { type CheckpointSchema, createCheckpoints, openSqliteReadStore, Projector, waitForPosition } from '#read-store';
import { at, filedDetails, termsOf, type WantedTerms } from '#testing';
import { CheckDeadlineHandler } from '../src/commands/check-deadline/check-deadline.handler.js';
import { fileRequest } from '../src/domain/file-request.js';
import type { ServiceRequestEvent } from '../src/domain/service-request.events.js';
import type { ServiceRequest } from '../src/domain/service-request.state.js';
import type { ServiceRequestSchema } from '../src/read-models/schema.js';
import { ServiceRequestQueries } from '../src/read-models/service-request.queries.js';
import { serviceRequestsProjection } from '../src/read-models/service-requests.projection.js';
import { ServiceRequestStore } from '../src/service-request.store.js';
import { askAboutDeadline } from '../src/timers/ask-about-deadline.js';
import { DeadlineTimers } from '../src/timers/deadline-timers.js';

const tenantId = 'contoso' as TenantId;

const commandMeta = (): CommandMeta => ({
  commandId: newUuid() as CommandId,
  correlationId: newUuid() as CorrelationId,
  tenantId,
  actor: { id: 'ann', role: 'operator', kind: 'person' },
});

/** Requests, their read model and their timers, on memory twins and a clock that stands at 00:00 until told. */
export const timing = async (mostArmed?: number) => {
  const folder = await mkdtemp(join(tmpdir(), 'timers-'));
  const database = openSqliteReadStore<ServiceRequestSchema>(join(folder, 'read.sqlite'), 'write');
  const checkpoints = database as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
  const clock = new ManualClock(at('00:00'));
  const events = new MemoryEventStore();
  await createCheckpoints(checkpoints, events);
  const requests = new ServiceRequestStore(events, clock);
  const queue = new MemoryTimerQueue(clock);
  const timers = new DeadlineTimers(events, new ServiceRequestQueries(database), queue, clock, mostArmed);
  // As in a process of its own, with a memory of its own.
  const checks = new CheckDeadlineHandler(new ServiceRequestStore(events, clock), clock);
  const log = { info: () => undefined, error: () => undefined };
  const projector = new Projector(serviceRequestsProjection, events, database, log);
  await projector.start();
  const ended = new AbortController();
  const followers = new Followers(clock, log);
  const following: Promise<void>[] = [];
  const ask = async (timer: Timer): Promise<undefined> => {
    await checks.execute(askAboutDeadline(timer));
    return undefined;
  };
  await queue.start(ask, { concurrency: 1 });

  const change = async (id: RequestId, decide: (request: ServiceRequest) => readonly ServiceRequestEvent[]) =>
    (await requests.change(id, commandMeta(), decide)).position;

  /** Sweeps once the read model has seen everything. */
  const report = async () => {
    await waitForPosition(checkpoints, serviceRequestsProjection.name, (await events.head()) ?? '0', 10_000);
    return timers.sweep(ask);
  };

  return {
    clock,
    events,
    queue,
    timers,
    ask,
    change,
    /** Files one that is to be answered within a time, as of now. */
    async file(budgetMs: number, more: Partial<WantedTerms> = {}): Promise<RequestId> {
      const requestId = newUuid() as RequestId;
      const details = { ...filedDetails, filedAt: clock.now() };
      await change(requestId, (request) =>
        fileRequest({ requestId, details, impact: 'critical', terms: [termsOf({ budgetMs, ...more })] }, request),
      );
      return requestId;
    },
    sweep: async (): Promise<number> => (await report()).swept,
    report,
    follow(onRefused: (error: unknown) => void = () => undefined): void {
      following.push(followers.follow(events, timers.follower(undefined, onRefused), { signal: ended.signal }));
    },
    async typesOf(id: RequestId): Promise<readonly string[]> {
      return (await events.readStream(requests.streamOf(tenantId, id))).map(({ type }) => type);
    },
    async breachesOf(id: RequestId) {
      const recorded = await events.readStream(requests.streamOf(tenantId, id));
      return recorded.filter(({ type }) => type === 'ResponseBreached').map(({ data }) => data);
    },
    async end(): Promise<void> {
      ended.abort();
      await Promise.all(following);
      await projector.stop();
      await queue.close();
      await database.destroy();
      await events.close();
      await rm(folder, { recursive: true });
    },
  };
};
