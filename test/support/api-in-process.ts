import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { AccessKeys, type AccessTokens, type Capability, ROLES, Sessions } from '#access';
import { MemoryEventStore } from '#event-store';
import { Followers } from '#following';
import { MemoryTimerQueue } from '#job-queue';
import { GuardedClock, systemClock, type TenantId } from '#kernel';
import { createLog } from '#observability';
import { openSqliteReadStore } from '#read-store';
import { AttainmentReader, TimerWatch } from '#service-request';
import { newEvents } from '#testing';
import type { Parts } from '../../apps/api/src/api.module.js';
import { createApi, type EdgeSettings } from '../../apps/api/src/create-api.js';
import { startProjector } from '../../apps/projector/src/start-projector.js';

/** The key of a role that `withKeys` recorded. */
export const keyOf = (role: string, tenant = 'default'): string => `key-of-${tenant}-${role}-0123456789`;

const recordKeys = async (events: MemoryEventStore, tenant: string): Promise<void> => {
  const issued = newEvents(ROLES.length, {
    type: 'ApiKeyIssued',
    data: (index) => {
      const role = ROLES[index] ?? '';
      const hash = createHash('sha256').update(keyOf(role, tenant)).digest('hex');
      return { keyId: `${tenant}-${role}`, hash, role, issuedAt: systemClock.now() };
    },
  }).map((event) => ({ ...event, meta: { ...event.meta, tenantId: tenant as TenantId } }));
  await events.append(`access-${tenant}.keys`, 'none', issued);
};

/** A route that needs a key. */
export interface GuardedRoute {
  readonly method: string;
  readonly url: string;
  readonly needs: Capability;
}

export const guardedRoutesOf = ({ server }: Pick<ApiInProcess, 'server'>): readonly GuardedRoute[] =>
  server.routes.all.flatMap(({ needs, ...route }) => (needs === undefined ? [] : [{ ...route, needs }]));

export interface ApiInProcess {
  readonly server: FastifyInstance;
  readonly events: MemoryEventStore;
  readonly commands: CommandBus;
  close(): Promise<void>;
}

/** The HTTP edge and the read models over a store in memory, with a key of each role in each of these tenants. */
export const apiInProcess = async (
  tenants: readonly string[] = ['default'],
  log: Logger = createLog('silent'),
  tokensFor: (keys: AccessKeys) => AccessTokens | undefined = () => undefined,
  edge: EdgeSettings = {},
): Promise<ApiInProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-api-'));
  const file = join(folder, 'views.db');
  const events = new MemoryEventStore();
  for (const tenant of tenants) await recordKeys(events, tenant);
  const errors = createLog('error');
  const followers = new Followers(systemClock, errors);
  const projector = await startProjector(events, file, followers, errors);
  const readStore: Parts['readStore'] = openSqliteReadStore(file, 'read');
  const figures = new AttainmentReader(file);
  const queue = new MemoryTimerQueue(systemClock);
  const deadlineClock = new GuardedClock(systemClock, () => performance.now());
  const keys = new AccessKeys(events, systemClock, followers);
  await keys.open(undefined);
  const sessions = new Sessions(systemClock);
  const parts: Parts = {
    events,
    readStore,
    figures,
    queue,
    clock: systemClock,
    deadlineClock,
    timerWatch: new TimerWatch(),
    followers,
  };
  const api: NestFastifyApplication = await createApi(parts, { keys, tokens: tokensFor(keys), sessions }, log, edge);
  await api.init();
  return {
    server: api.getHttpAdapter().getInstance(),
    events,
    commands: api.get(CommandBus),
    close: async () => {
      const closed = api.close();
      // Clients keep connections open for what they may ask next.
      api.getHttpServer().closeAllConnections();
      await closed;
      keys.close();
      await queue.close();
      await figures.close();
      await readStore.destroy();
      await projector.stop();
      await events.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
