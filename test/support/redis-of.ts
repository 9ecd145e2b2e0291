import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Ledgerdesk } from './ledgerdesk.js';

/** Talks to the private Redis of a service, which has no port. */
export const withRedisOf = async <T>({ folder }: Ledgerdesk, use: (client: Redis) => Promise<T>): Promise<T> => {
  const client = new Redis(join(folder, 'data', 'redis', 'redis.sock'), {
    maxRetriesPerRequest: 20,
    disconnectTimeout: 50,
  });
  client.on('error', () => undefined);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
};

/** Over its socket it tells which process it is. */
export const redisPidOf = async (ledgerdesk: Ledgerdesk): Promise<number> => {
  const info = await withRedisOf(ledgerdesk, (client) => client.info('server'));
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
};
