import { MemoryEventStore } from '#event-store';
import { BullMqTimerQueue, type Timer } from '#job-queue';
import { type Instant, instantFromMs, instantToMs, systemClock } from '#kernel';
import { eventually, RedisServer } from '#testing';
import type { CheckRow } from '../read-models/service-request.queries.js';
import { DeadlineTimers } from './deadline-timers.js';

jest.setTimeout(30_000);

const TIMEOUT_MS = 500;

/** So many that are overdue, and as many that are due in five minutes. */
const owing = (count: number): readonly CheckRow[] => {
  const nowMs = instantToMs(systemClock.now());
  return [-20_000, 300_000].flatMap((inMs) =>
    Array.from({ length: count }, (_, i): CheckRow => {
      const expirationTime = instantFromMs(nowMs + inMs + i);
      const request_id = `request-${inMs}-${String(i).padStart(5, '0')}`;
      const key = { kind: 'programFirstResponse', cycle: 1 } as const;
      const promise = { ...key, revision: 1, state: 'open', warnings: [], escalation: [] };
      const obligation = JSON.stringify({ ...promise, serviceLevelAgreement: { expirationTime } });
      return { tenant: 'contoso', request_id, ...key, check_at: instantFromMs(nowMs + inMs + i + 1), obligation };
    }),
  );
};

describe('sweeps when Redis fails', () => {
  let redis: RedisServer;
  let queue: BullMqTimerQueue;
  let asked: string[];

  beforeEach(async () => {
    redis = await RedisServer.start();
    queue = new BullMqTimerQueue({ url: redis.url, name: 'sweeps', timeoutMs: TIMEOUT_MS });
    asked = [];
    await eventually(async () => (await queue.health()).ok);
  });
  afterEach(async () => {
    redis.resume();
    await queue.close();
    await redis.close();
  });

  const ask = async ({ id }: Timer): Promise<undefined> => void asked.push(id);
  const timersOn = (rows: readonly CheckRow[]): DeadlineTimers => {
    const toCheck = async (horizon: Instant, limit: number, after?: { readonly check_at: string | null }) =>
      rows
        .filter(({ check_at }) => (check_at ?? '') <= horizon && (check_at ?? '') > (after?.check_at ?? ''))
        .slice(0, limit);
    return new DeadlineTimers(new MemoryEventStore(), { toCheck }, queue, systemClock);
  };
  const fill = (maxmemory: string) => redis.withClient((client) => client.config('SET', 'maxmemory', maxmemory));

  it('ask all that is overdue while it is full, and arm the rest once there is room', async () => {
    const timers = timersOn(owing(50));
    await fill('1');
    expect(await timers.sweep(ask)).toMatchObject({ swept: 100, armed: 0, asked: 50 });
    expect(asked).toHaveLength(50);
    await fill('0');
    expect(await timers.sweep(ask)).toMatchObject({ armed: 100, asked: 0 });
  });

  it('ask about what was armed before it was full and cannot run now', async () => {
    const timers = timersOn(owing(50));
    await timers.sweep(ask);
    await fill('1');
    await queue.start(ask, { concurrency: 1 });
    expect(await timers.sweep(ask)).toMatchObject({ armed: 0, asked: 50 });
  });

  it('wait for a frozen one once, not once for each page, and ask all that is overdue', async () => {
    const timers = timersOn(owing(4_000));
    redis.pause();
    const begun = performance.now();
    const sweep = await timers.sweep(ask);
    expect(sweep).toMatchObject({ swept: 8_000, armed: 0, asked: 4_000 });
    expect(sweep.refusal).toBeDefined();
    expect(performance.now() - begun).toBeLessThan(8 * TIMEOUT_MS);
  });

  it('arm what is missing, and that only, when a part of it was lost', async () => {
    const timers = timersOn(owing(1_500));
    expect(await timers.sweep(ask)).toMatchObject({ armed: 3_000 });
    expect(await timers.sweep(ask)).toMatchObject({ armed: 0 });
    await redis.withClient((client) => client.flushall());
    expect(await timers.sweep(ask)).toMatchObject({ armed: 3_000 });
    expect(await queue.armedCount()).toBe(3_000);
  });
});
