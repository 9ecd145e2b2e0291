import { renameSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Kysely } from 'kysely';
import { type AlertSchema, AlertStore, alertsProjection, OpenAlertsReactor } from '#alert';
import type { EventStore } from '#event-store';
import { messageOf, systemClock } from '#kernel';
import {
  type CheckpointSchema,
  createCheckpoints,
  isDamaged,
  openSqliteReadStore,
  Projector,
  readReactions,
  rebuildRequestType,
  saveReaction,
} from '#read-store';
import { type ServiceLevelSchema, serviceLevelsProjection } from '#service-level';
import {
  FinishMergesReactor,
  type ServiceRequestSchema,
  serviceRequestsProjection,
  ServiceRequestStore,
} from '#service-request';

type Schema = CheckpointSchema & ServiceRequestSchema & AlertSchema & ServiceLevelSchema;
type ReadStore = Kysely<Schema>;

type RunningProjector = Pick<Projector<never>, 'start' | 'rebuild' | 'stop'>;

const ALERTS = 'open-alerts';
const MERGES = 'finish-merges';
const REBUILDS = 'rebuild-requests';
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

const projectorsOf = (events: EventStore, database: ReadStore, log: Logger): ReadonlyMap<string, RunningProjector> => {
  const schemas = database as unknown as Kysely<ServiceRequestSchema> &
    Kysely<AlertSchema> &
    Kysely<ServiceLevelSchema>; // each projection sees its own tables
  return new Map<string, RunningProjector>([
    [
      serviceRequestsProjection.name,
      new Projector<ServiceRequestSchema>(serviceRequestsProjection, events, schemas, log),
    ],
    [alertsProjection.name, new Projector<AlertSchema>(alertsProjection, events, schemas, log)],
    [serviceLevelsProjection.name, new Projector<ServiceLevelSchema>(serviceLevelsProjection, events, schemas, log)],
  ]);
};

/**
 * What fails is begun again from its checkpoint, ever more seldom: it can neither skip an event nor take the read
 * models down with it. Until it succeeds, health tells why.
 */
const keepGoing = async (
  name: string,
  checkpoints: Kysely<CheckpointSchema>,
  log: Logger,
  signal: AbortSignal,
  work: (onProgress: (position: string) => Promise<void>) => Promise<void>,
): Promise<void> => {
  let retryMs = FIRST_RETRY_MS;
  const onProgress = async (position: string): Promise<void> => {
    await saveReaction(checkpoints, { name, position, reason: null });
    retryMs = FIRST_RETRY_MS;
  };
  while (!signal.aborted) {
    try {
      await work(onProgress);
    } catch (error) {
      log.error({ err: error }, `${name} failed; trying again in ${retryMs / 1_000} s`);
      await saveReaction(checkpoints, { name, reason: messageOf(error) }).catch((unsaved: unknown) => {
        log.error({ err: unsaved }, `The state of ${name} could not be saved`);
      });
      await delay(retryMs, undefined, { signal }).catch((aborted: unknown) => aborted);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }
  }
};

const followRebuildRequests = async (
  projectors: ReadonlyMap<string, RunningProjector>,
  events: EventStore,
  signal: AbortSignal,
  onProgress: (position: string) => Promise<void>,
): Promise<void> => {
  for await (const batch of events.subscribe({ types: rebuildRequestType.codec.types, signal })) {
    const counts = new Map<string, number>();
    for (const event of batch.events) {
      const { projection } = rebuildRequestType.codec.decode(event).data;
      counts.set(projection, Number(event.revision) + 1);
    }
    for (const [name, count] of counts) await projectors.get(name)?.rebuild(count);
    await onProgress(batch.position);
  }
};

const positionOf = async (checkpoints: Kysely<CheckpointSchema>, reaction: string): Promise<string | undefined> =>
  (await readReactions(checkpoints)).find(({ name }) => name === reaction)?.position ?? undefined;

type Reaction = Pick<OpenAlertsReactor, 'run'>;

/** Reactions with memories of their own: they see what other processes wrote as late as these. */
const reactionsTo = (events: EventStore): readonly (readonly [string, () => Reaction])[] => {
  const requests = () => new ServiceRequestStore(events, systemClock);
  return [
    [ALERTS, () => new OpenAlertsReactor(events, requests(), new AlertStore(events, systemClock), systemClock)],
    [MERGES, () => new FinishMergesReactor(events, requests(), systemClock)],
  ];
};

/** Read models can always be made from the events again, so damaged ones are put aside. */
const openReadStore = async (events: EventStore, file: string, log: Logger): Promise<ReadStore> => {
  let database: ReadStore | undefined;
  try {
    database = openSqliteReadStore<Schema>(file, 'write');
    await createCheckpoints(database, events);
    return database;
  } catch (error) {
    await database?.destroy();
    if (!isDamaged(error)) throw error;
    const aside = `${file}.damaged`;
    log.error({ err: error }, `The read models are damaged: ${file} is now ${aside}, and they are built anew`);
    renameSync(file, aside);
    for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    return openReadStore(events, file, log);
  }
};

/** Keeps all read models and reactions up with the store until stopped. */
export const startProjector = async (
  events: EventStore,
  readStoreFile: string,
  log: Logger,
): Promise<{ stop(): Promise<void> }> => {
  const database = await openReadStore(events, readStoreFile, log);
  const checkpoints = database as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
  const projectors = projectorsOf(events, database, log);
  for (const projector of projectors.values()) await projector.start();
  const ended = new AbortController();
  const { signal } = ended;
  const running = [
    keepGoing(REBUILDS, checkpoints, log, signal, (onProgress) =>
      followRebuildRequests(projectors, events, signal, onProgress),
    ),
    ...reactionsTo(events).map(([name, react]) =>
      keepGoing(name, checkpoints, log, signal, (onProgress) =>
        react().run({ load: () => positionOf(checkpoints, name), save: onProgress }, signal),
      ),
    ),
  ];
  return {
    stop: async () => {
      ended.abort();
      for (const projector of projectors.values()) await projector.stop();
      await Promise.all(running);
      await database.destroy();
    },
  };
};
