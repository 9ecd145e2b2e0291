import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { AccessKeys } from '#access';
import { type Configuration, isLoopback } from '#configuration';
import { lockForWriting } from '#event-store';
import { Followers } from '#following';
import { BullMqTimerQueue, startLocalRedis } from '#job-queue';
import { GuardedClock, systemClock } from '#kernel';
import { RateLimits, RedisRateCounter } from '#rate-limit';
import { openSqliteReadStore } from '#read-store';
import { AttainmentReader, TimerWatch } from '#service-request';
import type { Parts } from '../../api/src/api.module.js';
import { createApi, drain } from '../../api/src/create-api.js';
import { startSlaWorker } from '../../sla-worker/src/start-sla-worker.js';
import { findRedisServer } from './find-redis-server.js';
import { installationSecret } from './installation-secret.js';
import { makePrivate } from './make-private.js';
import { openEvents } from './open-events.js';
import { openIdentities } from './open-identities.js';
import { startProjectorThread } from './projector-thread.js';
import { Started } from './started.js';

export interface Running {
  readonly url: string;
  /** Opens one browser session, within ten minutes. None for a service for others: it logs to where others read. */
  readonly loginUrl: string | undefined;
  /** The first administrator's key, when this start made one. */
  readonly newKey: string | undefined;
  /** Whether nothing was ever filed here. */
  readonly isUnused: boolean;
  /** What does not work yet, in sentences for the operator. */
  readonly warnings: readonly string[];
  stop(): Promise<void>;
}

/** Connections that wait to be taken: many clients may come at once. The system may allow fewer. */
const BACKLOG = 4_096;

/** Time for what is being answered; whoever waits for what does not come is cut off then. */
const GRACE_MS = 1_500;
/** Time for connections to end; whoever has sent half a request is cut off then. */
const CLOSE_MS = 500;

const closeSoon = async (api: NestFastifyApplication): Promise<void> => {
  const cut = setTimeout(() => api.getHttpServer().closeAllConnections(), CLOSE_MS);
  await api.close();
  clearTimeout(cut);
};

const RATE_WINDOW_S = 60;

const REDIS_IS_AWAY =
  'Redis cannot be reached yet: until it is back, missed promises are noticed by a sweep, up to half a minute late. Look after REDIS_URL.';

/** The stores, and who else writes or reads them in threads of their own. */
const openStores = async (
  configuration: Configuration,
  followers: Followers,
  started: Started,
  onDeath: (error: Error) => void,
): Promise<Pick<Parts, 'events' | 'readStore' | 'figures'>> => {
  const readStoreFile = join(configuration.dataDirectory, 'views.db');
  started.add(lockForWriting(readStoreFile), (lock) => {
    lock.close();
  });
  const { events, connect } = started.add(await openEvents(configuration, onDeath), (opened) => opened.events.close());
  const thread = { events: connect(), readStoreFile, logLevel: configuration.logLevel };
  started.add(await startProjectorThread(thread, followers, onDeath), (projector) => projector.stop());
  const readStore: Parts['readStore'] = openSqliteReadStore(readStoreFile, 'read');
  return {
    events,
    readStore: started.add(readStore, (store) => store.destroy()),
    figures: started.add(new AttainmentReader(readStoreFile), (figures) => figures.close()),
  };
};

/** @returns its address */
const startPrivateRedis = async (dataDirectory: string, started: Started, log: Logger): Promise<string> => {
  const redis = await startLocalRedis({
    directory: join(dataDirectory, 'redis'),
    binary: findRedisServer(),
    onWarning: (message) => {
      log.warn(message);
    },
  });
  return started.add(redis, (running) => running.close()).url;
};

const openQueue = (url: string, started: Started, log: Logger): BullMqTimerQueue => {
  const onError = (error: Error): void => {
    log.warn({ err: error }, 'Timer queue');
  };
  return started.add(new BullMqTimerQueue({ url, name: 'deadlines', onError }), (queue) => queue.close());
};

const openRateLimits = async (limit: number, url: string, started: Started): Promise<RateLimits | undefined> => {
  if (limit === 0) return undefined;
  const counter = started.add(new RedisRateCounter({ url, limit, windowSeconds: RATE_WINDOW_S }), (open) => {
    open.close();
  });
  await counter.ready();
  return new RateLimits(counter, limit, RATE_WINDOW_S, () => performance.now());
};

const startAll = async (
  configuration: Configuration,
  started: Started,
  log: Logger,
  onDeath: (error: Error) => void,
): Promise<Omit<Running, 'stop' | 'newKey'> & { readonly keys: AccessKeys }> => {
  const { dataDirectory, redisUrl, host, port, publicUrl, secret, rateLimit, drainSeconds } = configuration;
  makePrivate(dataDirectory);
  const followers = new Followers(systemClock, log);
  const stores = await openStores(configuration, followers, started, onDeath);
  const url = redisUrl ?? (await startPrivateRedis(dataDirectory, started, log));
  const queue = openQueue(url, started, log);
  const { events, readStore } = stores;
  const identities = await openIdentities(configuration, events, url, followers, started);
  const { keys, sessions } = identities;
  const deadlineClock = new GuardedClock(systemClock, () => performance.now());
  const watch = new TimerWatch();
  const parts: Parts = { ...stores, queue, clock: systemClock, deadlineClock, timerWatch: watch, followers };
  const edge = {
    cursorSecret: installationSecret(dataDirectory, secret),
    rateLimits: await openRateLimits(rateLimit, url, started),
    publicUrl,
  };
  const api = started.add(await createApi(parts, identities, log, edge), closeSoon);
  const commands = api.get(CommandBus);
  // Its read connection is the api's: both see the same rows at the same time.
  const worker = await startSlaWorker({ events, readStore, queue, deadlineClock, commands, watch, followers, log });
  started.add(worker, (running) => running.stop());
  await api.listen({ port, host, backlog: BACKLOG });
  started.add(api, (listening) => drain(listening, drainSeconds * 1_000, GRACE_MS));
  const address = await api.getUrl();
  const isUnused = (await events.readAll({ limit: 1, types: ['RequestFiled'] })).length === 0;
  const warnings = (await queue.health()).ok ? [] : [REDIS_IS_AWAY];
  const isForOthers = publicUrl !== undefined || !isLoopback(host);
  const loginUrl = isForOthers ? undefined : `${address}/login?token=${sessions.newLink().token}`;
  return { url: address, loginUrl, isUnused, warnings, keys };
};

/**
 * All parts in one process on the embedded stores. What was started is stopped again when a later part cannot start, or
 * an earlier one dies meanwhile: a writer that is dead before the first request must not be found out by it.
 *
 * @param onDeath told when a part dies later on that the others cannot do without
 */
export const start = async (
  configuration: Configuration,
  log: Logger,
  onDeath: (error: Error) => void,
): Promise<Running> => {
  const started = new Started();
  let isUp = false;
  const die = (error: Error): void => {
    if (isUp) onDeath(error);
    // A projector that does not become ready fails the start by itself, with the sentence that its error may have.
    else started.died(error);
  };
  try {
    const { keys, ...running } = await startAll(configuration, started, log, die);
    started.assertAlive();
    isUp = true;
    // After all that can end the start: a key that was issued and not shown is lost for good.
    const newKey = await keys.issueFirst();
    return { ...running, newKey, stop: () => started.stop() };
  } catch (error) {
    await started.stop();
    throw error;
  }
};
