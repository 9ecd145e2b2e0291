import { renameSync, rmSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Kysely } from 'kysely';
import { type AlertSchema, AlertStore, alertsProjection, OpenAlertsReactor } from '#alert';
import type { EventStore, Position, RecordedEvent, SubscriptionBatch } from '#event-store';
import type { Followers } from '#following';
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

interface Keeping {
  readonly checkpoints: Kysely<CheckpointSchema>;
  readonly followers: Followers;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

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

/** What is done about events whose effects are no rows. */
interface Reaction {
  readonly name: string;
  readonly types: readonly string[];
  /** Tells of an event of these types, at little cost, whether there may be something to do about it; of all when left out. */
  readonly concerns?: (event: RecordedEvent) => boolean;
  readonly react: (events: readonly RecordedEvent[]) => Promise<void>;
}

const rebuildRequests = (projectors: ReadonlyMap<string, RunningProjector>): Reaction => ({
  name: 'rebuild-requests',
  types: rebuildRequestType.codec.types,
  react: async (events) => {
    const counts = new Map<string, number>();
    for (const event of events) {
      const { projection } = rebuildRequestType.codec.decode(event).data;
      counts.set(projection, Number(event.revision) + 1);
    }
    for (const [name, count] of counts) await projectors.get(name)?.rebuild(count);
  },
});

/** Reactions with memories of their own: they see what other processes wrote as late as these. */
const reactionsTo = (events: EventStore): readonly Reaction[] => {
  const requests = () => new ServiceRequestStore(events, systemClock);
  return [
    new OpenAlertsReactor(events, requests(), new AlertStore(events, systemClock), systemClock),
    new FinishMergesReactor(requests(), systemClock),
  ];
};

/** The place of what concerned nobody is saved as seldom: after a crash it is looked at again. */
const UNCONCERNED_MS = 1_000;

/** It can neither skip an event nor take the read models down with it. Until it succeeds, health tells that it fails. */
const keepReacting = (
  reaction: Reaction,
  after: Position | undefined,
  events: EventStore,
  { checkpoints, followers, log, signal }: Keeping,
): Promise<void> => {
  const { name, types, concerns = () => true } = reaction;
  let savedAtMs = -Infinity;
  const handle = async ({ events: recorded, position }: SubscriptionBatch): Promise<void> => {
    const concerning = recorded.filter(concerns);
    if (concerning.length > 0) await reaction.react(concerning);
    else if (performance.now() - savedAtMs < UNCONCERNED_MS) return;
    await saveReaction(checkpoints, { name, position, reason: null });
    savedAtMs = performance.now();
  };
  const onFailure = (error: unknown): Promise<void> =>
    saveReaction(checkpoints, { name, reason: messageOf(error) }).catch((unsaved: unknown) => {
      log.error({ err: unsaved }, `The state of ${name} could not be saved`);
    });
  return followers.follow(events, { name, after, types, handle }, { signal, onFailure });
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
  followers: Followers,
  log: Logger,
): Promise<{ stop(): Promise<void> }> => {
  const database = await openReadStore(events, readStoreFile, log);
  const checkpoints = database as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
  const projectors = projectorsOf(events, database, log);
  for (const projector of projectors.values()) await projector.start();
  const ended = new AbortController();
  const keeping: Keeping = { checkpoints, followers, log, signal: ended.signal };
  const reached = new Map(
    (await readReactions(checkpoints)).map(({ name, position }) => [name, position ?? undefined]),
  );
  const running = [
    // Each rebuild knows whether it was carried out: all requests are seen again at each start.
    keepReacting(rebuildRequests(projectors), undefined, events, keeping),
    ...reactionsTo(events).map((reaction) => keepReacting(reaction, reached.get(reaction.name), events, keeping)),
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
