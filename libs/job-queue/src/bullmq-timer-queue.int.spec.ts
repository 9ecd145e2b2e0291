import { systemClock } from '#kernel';
import { eventually, RedisServer } from '#testing';
import { BullMqTimerQueue } from './bullmq-timer-queue.js';
import { timerQueueContract } from './timer-queue.contract.js';

jest.setTimeout(30_000);

let redis: RedisServer;

beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.close());

let opened = 0;

timerQueueContract('BullMQ on Redis', async () => {
  opened += 1;
  return {
    queue: new BullMqTimerQueue({ url: redis.url, name: `contract-${opened}`, timeoutMs: 20_000 }),
    clock: systemClock,
    until: (condition) => eventually(condition),
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
});
