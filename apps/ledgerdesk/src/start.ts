import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AccessKeys, AccessTokens, RedisLastUses, Sessions } from '#access';
import { type Configuration, ConfigurationError } from '#configuration';
import { type EventStore, KurrentDbEventStore, lockForWriting, SqliteEventStore } from '#event-store';
import { BullMqTimerQueue, startLocalRedis } from '#job-queue';
import { GuardedClock, messageOf, systemClock } from '#kernel';
import { RateLimits, RedisRateCounter } from '#rate-limit';
import { openSqliteReadStore } from '#read-store';
import { AttainmentReader, TimerWatch } from '#service-request';
import type { Parts } from '../../api/src/api.module.js';
import { createApi, drain } from '../../api/src/create-api.js';
import type { EventsAddress } from '../../projector/src/events-address.js';
import type { ProjectorThreadData } from '../../projector/src/projector.worker.js';
import { startSlaWorker } from '../../sla-worker/src/start-sla-worker.js';
import { findRedisServer } from './find-redis-server.js';
import { installationSecret } from './installation-secret.js';

export interface Running {
  readonly url: string;
  /** Opens one browser session, within ten minutes. */
  readonly loginUrl: string;
  /** The first administrator's key, when this start made one. */
  readonly newKey: string | undefined;
  /** What does not work yet, in sentences for the operator. */
  readonly warnings: readonly string[];
  stop(): Promise<void>;
}

interface OpenedEvents {
  readonly events: EventStore;
  /** A line of its own for another thread. */
  readonly connect: () => EventsAddress;
}

const openEvents = async ({ kurrentDbUrl, dataDirectory }: Configuration): Promise<OpenedEvents> => {
  if (kurrentDbUrl !== undefined) {
    const events = await KurrentDbEventStore.open(kurrentDbUrl).catch((error: unknown) => {
      throw error instanceof TypeError ? new ConfigurationError(error.message, { cause: error }) : error;
    });
    return { events, connect: () => ({ kind: 'kurrentdb', url: kurrentDbUrl }) };
  }
  const file = join(dataDirectory, 'events.db');
  const events = await SqliteEventStore.open(file);
  return { events, connect: () => ({ kind: 'sqlite', file, port: events.connectPort() }) };
};

const startProjectorThread = async (data: ProjectorThreadData, onDeath: (error: Error) => void) => {
  const worker = new Worker(new URL('../../projector/src/projector.worker.js', import.meta.url), {
    workerData: data,
    transferList: data.events.kind === 'sqlite' ? [data.events.port] : [],
  });
  worker.once('error', onDeath);
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  return {
    stop: async (): Promise<void> => {
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage('stop');
      await exited;
    },
  };
};

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

const makePrivate = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o700);
  } catch (cause) {
    throw new ConfigurationError(
      `The data folder cannot be used (${messageOf(cause)}). Set LEDGERDESK_DATA_DIR to a folder of yours.`,
      { cause },
    );
  }
};

const startPrivateRedis = (dataDirectory: string, log: Logger) =>
  startLocalRedis({
    directory: join(dataDirectory, 'redis'),
    binary: findRedisServer(),
    onWarning: (message) => {
      log.warn(message);
    },
  });

/** Connections that wait to be taken: many clients may come at once. The system may allow fewer. */
const BACKLOG = 4_096;

/**
 * All parts in one process on the embedded stores. What was started is stopped again when a later part cannot start.
 * @param onDeath told when a part dies that the others cannot do without
 */
export const start = async (
  configuration: Configuration,
  log: Logger,
  onDeath: (error: Error) => void,
): Promise<Running> => {
  const {
    dataDirectory,
    apiKey,
    redisUrl,
    host,
    port,
    logLevel,
    secret,
    rateLimit,
    drainSeconds,
    oidcIssuer: issuer,
    oidcAudience: audience,
  } = configuration;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    makePrivate(dataDirectory);
    const readStoreFile = join(dataDirectory, 'views.db');
    const lock = lockForWriting(readStoreFile);
    stops.push(async () => {
      lock.close();
    });
    const { events, connect } = await openEvents(configuration);
    stops.push(() => events.close());
    const projector = await startProjectorThread({ events: connect(), readStoreFile, logLevel }, onDeath);
    stops.push(() => projector.stop());
    const readStore: Parts['readStore'] = openSqliteReadStore(readStoreFile, 'read');
    stops.push(() => readStore.destroy());
    const figures = new AttainmentReader(readStoreFile);
    stops.push(() => figures.close());
    const redis = redisUrl === undefined ? await startPrivateRedis(dataDirectory, log) : undefined;
    if (redis !== undefined) stops.push(() => redis.close());
    const url = redisUrl ?? redis?.url ?? '';
    const queue = new BullMqTimerQueue({
      url,
      name: 'deadlines',
      onError: (error) => {
        log.warn({ err: error }, 'Timer queue');
      },
    });
    stops.push(() => queue.close());
    const lastUses = new RedisLastUses(url);
    const onTrouble = (reason: string): void => {
      log.error({ reason }, 'Keys cannot be followed: what is known goes on to count');
    };
    const keys = new AccessKeys(events, systemClock, onTrouble, lastUses);
    stops.push(async () => {
      keys.close();
      await keys.tellUses();
      lastUses.close();
    });
    await keys.open(apiKey);
    const sessions = new Sessions(systemClock);
    const tokens =
      issuer === undefined || audience === undefined
        ? undefined
        : new AccessTokens({ issuer, audience }, systemClock, (tenantId) => keys.isRegistered(tenantId));
    const deadlineClock = new GuardedClock(systemClock, () => performance.now());
    const timerWatch = new TimerWatch();
    const parts: Parts = { events, readStore, figures, queue, clock: systemClock, deadlineClock, timerWatch };
    const counter =
      rateLimit === 0 ? undefined : new RedisRateCounter({ url, limit: rateLimit, windowSeconds: RATE_WINDOW_S });
    stops.push(async () => counter?.close());
    await counter?.ready();
    const api = await createApi(parts, { keys, tokens, sessions }, log, {
      cursorSecret: installationSecret(dataDirectory, secret),
      rateLimits: counter && new RateLimits(counter, rateLimit, RATE_WINDOW_S, () => performance.now()),
    });
    stops.push(() => closeSoon(api));
    const commands = api.get(CommandBus);
    // Its read connection is the api's: both see the same rows at the same time.
    const worker = await startSlaWorker({ events, readStore, queue, deadlineClock, commands, watch: timerWatch, log });
    stops.push(() => worker.stop());
    await api.listen({ port, host, backlog: BACKLOG });
    stops.push(() => drain(api, drainSeconds * 1_000, GRACE_MS));
    // Only now is it sure to be shown: a key that was issued and not shown is lost for good.
    const newKey = await keys.issueFirst();
    const warnings = (await queue.health()).ok ? [] : [REDIS_IS_AWAY];
    const address = await api.getUrl();
    const loginUrl = `${address}/login?token=${sessions.newLink().token}`;
    return { url: address, loginUrl, newKey, warnings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
