import { once } from 'node:events';
import { Redis } from 'ioredis';

const RECONNECT_MS = 1_000;

/**
 * A connection for what is only worth having soon. While Redis is away every command fails at once, and none is sent
 * later; it connects again by itself, each second.
 * @param url `redis://…`, `rediss://…` or the path of a unix socket
 * @param timeoutMs how long a command may take
 */
export const impatientRedis = (url: string, timeoutMs: number): Redis => {
  const client = new Redis(url, {
    retryStrategy: () => RECONNECT_MS,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    disconnectTimeout: timeoutMs,
  });
  // The timer queue, which cannot do without Redis, tells of its troubles.
  return client.on('error', () => undefined);
};

/** Waits for the connection, so long at most; commands tell whether there is one then. */
export const waitUntilReady = async (client: Redis, timeoutMs: number): Promise<void> => {
  if (client.status === 'ready') return;
  await once(client, 'ready', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
};
