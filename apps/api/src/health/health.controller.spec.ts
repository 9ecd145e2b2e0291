import type { FastifyReply } from 'fastify';
import { MemoryEventStore } from '#event-store';
import { Followers } from '#following';
import { MemoryTimerQueue, type TimerQueue } from '#job-queue';
import { ManualClock, systemClock } from '#kernel';
import { at } from '#testing';
import type { TimerState } from '../timers/timer-state.js';
import { Drain } from '../http/drain.js';
import { HealthController } from './health.controller.js';

type Arguments = ConstructorParameters<typeof HealthController>;

const log = { info: () => undefined, warn: () => undefined } as unknown as Arguments[6];
/** Projections and reactions without trouble. */
const rows = {
  selectFrom: () => rows,
  selectAll: () => rows,
  select: () => rows,
  orderBy: () => rows,
  execute: async () => [],
};

const healthWith = async (
  isDegraded: () => Promise<boolean>,
  queue: TimerQueue = new MemoryTimerQueue(new ManualClock(at('00:00'))),
  followers = new Followers(systemClock, log),
) => {
  const codes: number[] = [];
  const reply = { code: (code: number) => (codes.push(code), reply), header: () => reply } as unknown as FastifyReply;
  const timers = { isDegraded } as unknown as TimerState;
  const health = new HealthController(
    new MemoryEventStore(),
    rows as unknown as Arguments[1],
    queue,
    timers,
    followers,
    new Drain(),
    log,
  );
  return { ...(await health.ready(reply)), codes };
};

describe('health', () => {
  it('is ready while every part is well', async () => {
    expect(await healthWith(async () => false)).toMatchObject({ status: 'ready', codes: [] });
  });

  it('is degraded, and callers are served, while deadlines go unnoticed', async () => {
    expect(await healthWith(async () => true)).toMatchObject({
      status: 'degraded',
      parts: { timers: { ok: false, reason: expect.stringContaining('GET /v1/timers') as string } },
      codes: [],
    });
  });

  it('is degraded, and tells of whom and since when, while a follower fails', async () => {
    const followers = new Followers(new ManualClock(at('01:00')), log);
    followers.note({ name: 'access-keys', state: 'following', since: at('00:00') });
    followers.note({ name: 'arm-timers', state: 'failing', since: at('00:30') });
    expect(await healthWith(async () => false, undefined, followers)).toMatchObject({
      status: 'degraded',
      followers: [
        { name: 'access-keys', state: 'following', since: at('00:00') },
        { name: 'arm-timers', state: 'failing', since: at('00:30') },
      ],
      codes: [],
    });
  });

  it('is not ready without the queue, whatever the timers say', async () => {
    const queue = new MemoryTimerQueue(new ManualClock(at('00:00')));
    queue.goDown();
    expect(await healthWith(async () => true, queue)).toMatchObject({ status: 'notReady', codes: [503] });
  });

  it('leaves it to the read models to tell that they cannot be read', async () => {
    const health = await healthWith(() => Promise.reject(new Error('The disk is gone.')));
    expect(health).toMatchObject({ status: 'ready', parts: { timers: { ok: true } } });
  });
});
