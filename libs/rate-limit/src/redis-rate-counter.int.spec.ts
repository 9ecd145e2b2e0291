import { eventually, RedisServer } from '#testing';
import { RedisRateCounter } from './redis-rate-counter.js';

let redis: RedisServer;
let here: RedisRateCounter;
let there: RedisRateCounter;

const open = () => new RedisRateCounter({ url: redis.url, limit: 10, windowSeconds: 60 });
const isKept = (key: string): Promise<boolean> =>
  redis.withClient(async (client) => (await client.exists(`{ledgerdesk}:rate:${key}`)) === 1);

/** Until then a process counts by itself. */
const connected = async (counter: RedisRateCounter, name: string): Promise<void> => {
  let turn = 0;
  await eventually(
    async () => {
      turn += 1;
      await counter.take(`${name}-${turn}`, 1);
      return isKept(`${name}-${turn}`);
    },
    { what: 'a count on Redis' },
  );
};

beforeAll(async () => {
  redis = await RedisServer.start();
  [here, there] = [open(), open()];
  await connected(here, 'here');
  await connected(there, 'there');
});
afterAll(async () => {
  here.close();
  there.close();
  await redis.close();
});

describe('a count on Redis', () => {
  it('is shared by all, and grants what is left of it', async () => {
    expect(await here.take('a', 4)).toMatchObject({ granted: 4, left: 6 });
    expect(await there.take('a', 4)).toMatchObject({ granted: 4, left: 2 });
    const last = await here.take('a', 4);
    expect(last).toMatchObject({ granted: 2, left: 0 });
    expect(last.resetsInMs).toBeGreaterThan(50_000);
    expect(await there.take('a', 1)).toMatchObject({ granted: 0, left: 0 });
    expect(await there.take('b', 1)).toMatchObject({ granted: 1, left: 9 });
  });

  it('is kept by each process alone while Redis is away, and shared again once it is back', async () => {
    await redis.kill();
    expect(await here.take('c', 8)).toMatchObject({ granted: 8, left: 2 });
    expect(await here.take('c', 8)).toMatchObject({ granted: 2, left: 0 });
    expect(await there.take('c', 8)).toMatchObject({ granted: 8, left: 2 });
    await redis.restart();
    await connected(here, 'back');
  });

  it('is waited for once, not by each request, when Redis is stuck', async () => {
    redis.pause();
    const begun = performance.now();
    for (let request = 0; request < 10; request += 1)
      expect(await here.take('stuck', 1)).toMatchObject({ granted: 1, left: 9 - request });
    expect(performance.now() - begun).toBeLessThan(1_000);
    redis.resume();
    await connected(here, 'resumed');
  });
});
