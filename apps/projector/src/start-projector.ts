import type { Logger } from 'pino';
import type { Kysely } from 'kysely';
import { type AlertSchema, AlertStore, alertsProjection, OpenAlertsReactor } from '#alert';
import type { EventStore } from '#event-store';
import { systemClock } from '#kernel';
import {
  type CheckpointSchema,
  createCheckpoints,
  openSqliteReadStore,
  Projector,
  readReaction,
  rebuildRequestType,
  saveReaction,
} from '#read-store';
import { type ServiceRequestSchema, serviceRequestsProjection, ServiceRequestStore } from '#service-request';

type ReadStore = Kysely<CheckpointSchema & ServiceRequestSchema & AlertSchema>;

type RunningProjector = Pick<Projector<never>, 'start' | 'rebuild' | 'stop'>;

const ALERTS = 'open-alerts';
const RETRY_REACTION_MS = 1_000;

const projectorsOf = (events: EventStore, database: ReadStore, log: Logger): ReadonlyMap<string, RunningProjector> => {
  const schemas = database as unknown as Kysely<ServiceRequestSchema> & Kysely<AlertSchema>; // each projection sees its own tables
  return new Map<string, RunningProjector>([
    [
      serviceRequestsProjection.name,
      new Projector<ServiceRequestSchema>(serviceRequestsProjection, events, schemas, log),
    ],
    [alertsProjection.name, new Projector<AlertSchema>(alertsProjection, events, schemas, log)],
  ]);
};

const followRebuildRequests = async (
  projectors: ReadonlyMap<string, RunningProjector>,
  events: EventStore,
  signal: AbortSignal,
): Promise<void> => {
  const counts = new Map<string, number>();
  for await (const batch of events.subscribe({ types: rebuildRequestType.codec.types, signal })) {
    for (const event of batch.events) {
      const { projection } = rebuildRequestType.codec.decode(event).data;
      counts.set(projection, Number(event.revision) + 1);
    }
    for (const [name, count] of counts) await projectors.get(name)?.rebuild(count);
    counts.clear();
  }
};

/** A reaction that fails is tried again from its checkpoint: it can neither skip an event nor open an alert twice. */
const keepReacting = async (
  events: EventStore,
  database: ReadStore,
  log: Logger,
  signal: AbortSignal,
): Promise<void> => {
  const checkpoints = database as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
  const checkpoint = {
    load: () => readReaction(checkpoints, ALERTS),
    save: (position: string) => saveReaction(checkpoints, ALERTS, position),
  };
  while (!signal.aborted) {
    const reactor = new OpenAlertsReactor(
      events,
      new ServiceRequestStore(events, systemClock),
      new AlertStore(events, systemClock),
      systemClock,
    );
    try {
      await reactor.run(checkpoint, signal);
    } catch (error) {
      log.error({ err: error }, 'Opening alerts failed; trying again');
      await new Promise((resolve) => setTimeout(resolve, RETRY_REACTION_MS));
    }
  }
};

/** Keeps all read models and reactions up with the store until stopped. */
export const startProjector = async (
  events: EventStore,
  readStoreFile: string,
  log: Logger,
): Promise<{ stop(): Promise<void> }> => {
  const database: ReadStore = openSqliteReadStore(readStoreFile, 'write');
  await createCheckpoints(database); // each part sees its own tables
  const projectors = projectorsOf(events, database, log);
  for (const projector of projectors.values()) await projector.start();
  const ended = new AbortController();
  const running = [
    followRebuildRequests(projectors, events, ended.signal),
    keepReacting(events, database, log, ended.signal),
  ];
  return {
    stop: async () => {
      ended.abort();
      await Promise.all(running);
      for (const projector of projectors.values()) await projector.stop();
      await database.destroy();
    },
  };
};
