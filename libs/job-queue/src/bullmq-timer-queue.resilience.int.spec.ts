import { instantFromMs, instantToMs, systemClock } from '#kernel';
import { Worker } from 'bullmq';
import { eventually, RedisServer } from '#testing';
import { BullMqTimerQueue } from './bullmq-timer-queue.js';
import { QueueUnavailableError } from './errors.js';
import type { LossReason, Timer } from './timer-queue.js';

jest.setTimeout(30_000);

const TIMEOUT_MS = 1_000;
/** For what must work, on however busy a machine. */
const PATIENT_MS = 20_000;

describe('timers when Redis fails', () => {
  let redis: RedisServer;
  let queue: BullMqTimerQueue;
  let queues: BullMqTimerQueue[];
  let ran: string[];
  let losses: LossReason[];
  let errors: Error[];

  const timer = (id: string, inMs: number): Timer => ({
    id,
    dueAt: instantFromMs(instantToMs(systemClock.now()) + inMs),
    payload: {},
  });
  const open = (name = 'timers', timeoutMs = PATIENT_MS): BullMqTimerQueue => {
    const opened = new BullMqTimerQueue({
      url: redis.url,
      name,
      timeoutMs,
      onError: (error) => errors.push(error),
    });
    queues.push(opened);
    return opened;
  };
  const isHealthy = async (): Promise<boolean> => (await queue.health()).ok;
  const expectRefusedInTime = async (call: Promise<unknown>): Promise<void> => {
    const startedAt = performance.now();
    await expect(call).rejects.toThrow(QueueUnavailableError);
    // Once for the connection and once for the command, and room for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(2 * TIMEOUT_MS + 2_000);
  };
  const expectAllRefusedInTime = async (): Promise<void> => {
    await expectRefusedInTime(queue.arm([timer('refused', 0)]));
    await expectRefusedInTime(queue.armedCount());
    await expectRefusedInTime(queue.missing(['refused']));
    expect(await queue.health()).toMatchObject({ ok: false });
  };

  beforeEach(async () => {
    redis = await RedisServer.start();
    queues = [];
    queue = open('timers', TIMEOUT_MS);
    ran = [];
    losses = [];
    errors = [];
    queue.onPossibleLoss((reason) => losses.push(reason));
    await queue.start(async ({ id }) => void ran.push(id), { concurrency: 4 });
    await queue.arm([timer('warm-up', 0)]);
    await eventually(() => ran.length === 1);
    ran.length = 0;
  });
  afterEach(async () => {
    await Promise.all(queues.map((opened) => opened.close()));
    await redis.close();
  });

  it('killed and back with its data: refuses meanwhile, then runs what was armed', async () => {
    await queue.arm([timer('before', 1_000)]);
    await redis.kill();
    await expectAllRefusedInTime();
    await redis.restart();
    await eventually(() => ran.includes('before'), { what: 'the old timer' });
    await queue.arm([timer('after', 50)]);
    await eventually(() => ran.includes('after'), { what: 'a new timer' });
    await eventually(() => losses.length > 0);
    expect(losses).toEqual(['reconnected']);
  });

  it('killed and back without its data: says so, and works on when armed anew', async () => {
    await queue.arm([timer('lost', 60_000)]);
    await redis.kill();
    await redis.loseData();
    await redis.restart();
    await eventually(() => losses.length > 0);
    expect(losses).toEqual(['emptied']);
    expect(await queue.missing(['lost'])).toEqual(['lost']);
    await queue.arm([timer('lost', 50)]);
    await eventually(() => ran.includes('lost'));
  });

  it('emptied under a living connection: says so, and works on when armed anew', async () => {
    await queue.arm([timer('lost', 60_000)]);
    await redis.withClient((client) => client.flushall());
    await eventually(() => losses.length > 0);
    expect(losses).toEqual(['emptied']);
    await queue.arm([timer('lost', 50)]);
    await eventually(() => ran.includes('lost'));
  });

  it('frozen: refuses in time, and goes on when it thaws', async () => {
    await queue.arm([timer('through', 200)]);
    redis.pause();
    await expectAllRefusedInTime();
    redis.resume();
    await eventually(isHealthy);
    await eventually(() => ran.includes('through'));
    await queue.arm([timer('after', 50)]);
    await eventually(() => ran.includes('after'));
  });

  it('frozen: refuses a great many in the time of one', async () => {
    redis.pause();
    await expectRefusedInTime(queue.arm(Array.from({ length: 5_000 }, (_, i) => timer(`many-${i}`, 60_000))));
    await expectRefusedInTime(queue.missing(Array.from({ length: 5_000 }, (_, i) => `many-${i}`)));
    await expectRefusedInTime(queue.serverTimeMs());
    redis.resume();
  });

  it('tells what its server takes for the time', async () => {
    const before = Date.now();
    const said = await queue.serverTimeMs();
    expect(said).toBeGreaterThanOrEqual(before);
    expect(said).toBeLessThanOrEqual(Date.now());
  });

  it('full: refuses writes and says so in health, and goes on when there is room', async () => {
    await queue.arm([timer('stuck', 100)]);
    await redis.withClient((client) => client.config('SET', 'maxmemory', '1'));
    await expectRefusedInTime(queue.arm([timer('refused', 0)]));
    expect(JSON.stringify(await queue.health())).toMatch(/"ok":false.*maxmemory/);
    await eventually(() => errors.some(({ message }) => message.includes('OOM')), { what: 'the worker to complain' });
    await redis.withClient((client) => client.config('SET', 'maxmemory', '0'));
    await eventually(() => ran.includes('stuck'), { what: 'the timer that fell due meanwhile' });
    await queue.arm([timer('after', 50)]);
    await eventually(() => ran.includes('after'));
    expect(await queue.health()).toEqual({ ok: true });
  });

  it('away at the start: the queue starts, and works once the server is there', async () => {
    await queue.close();
    await redis.kill();
    queue = open('timers', TIMEOUT_MS);
    const seen: LossReason[] = [];
    queue.onPossibleLoss((reason) => seen.push(reason));
    await queue.start(async ({ id }) => void ran.push(id), { concurrency: 1 });
    await expectAllRefusedInTime();
    await redis.restart();
    await eventually(() => seen.length > 0);
    await queue.arm([timer('finally', 50)]);
    await eventually(() => ran.includes('finally'));
  });

  it.each([
    ['killed', () => redis.kill()],
    ['frozen', async () => redis.pause()],
  ])('closes in time while Redis is %s and a handler does not come to its end', async (_, breakIt) => {
    const patient = open('patient');
    let begun = false;
    const never = (): Promise<never> => {
      begun = true;
      return new Promise(() => undefined);
    };
    await patient.start(never, { concurrency: 1 });
    await patient.arm([timer('endless', 0)]);
    await eventually(() => begun);
    await breakIt();
    const startedAt = performance.now();
    await Promise.all([queue.close(), patient.close()]);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  it('lets go of its connection also when its worker cannot be closed', async () => {
    const failing = jest.spyOn(Worker.prototype, 'close').mockRejectedValueOnce(new Error('The worker is stuck'));
    await queue.close();
    failing.mockRestore();
    expect(errors).toContainEqual(new Error('The worker is stuck'));
    await expect(queue.armedCount()).rejects.toThrow(QueueUnavailableError);
  });

  it('hands a timer to another worker when its own closes, and runs it once', async () => {
    const other = open();
    await other.start(async ({ id }) => void ran.push(id), { concurrency: 1 });
    await queue.arm([timer('handed-over', 300)]);
    await queue.close();
    await eventually(() => ran.length > 0);
    expect(ran).toEqual(['handed-over']);
  });

  it('takes over a timer from a worker that died with it in hand', async () => {
    const dead = new Worker('orphans', null, {
      connection: { url: redis.url, maxRetriesPerRequest: null },
      prefix: '{ledgerdesk}',
      autorun: false,
      lockDuration: 1_000,
    });
    const heir = open('orphans');
    await heir.arm([timer('orphan', 0)]);
    await expect(dead.getNextJob('token')).resolves.toMatchObject({ id: 't-orphan' });
    await dead.close(true);
    await heir.start(async ({ id }) => void ran.push(id), { concurrency: 1 });
    await eventually(() => ran.includes('orphan'), { timeoutMs: 20_000 });
  });

  it('waits for a running handler when it closes', async () => {
    const slow = open('slow');
    const steps: string[] = [];
    await slow.start(
      async () => {
        steps.push('begun');
        await new Promise((resolve) => setTimeout(resolve, 300));
        steps.push('done');
      },
      { concurrency: 1 },
    );
    await slow.arm([timer('one', 0)]);
    await eventually(() => steps.length > 0);
    await slow.close();
    expect(steps).toEqual(['begun', 'done']);
  });

  it('runs 10,000 timers due within two seconds, each once', async () => {
    const lateness: number[] = [];
    const busy = open('busy');
    await busy.arm(Array.from({ length: 10_000 }, (_, i) => timer(`t${i}`, 4_000 + i / 5)));
    await busy.start(async ({ dueAt }) => void lateness.push(instantToMs(systemClock.now()) - instantToMs(dueAt)), {
      concurrency: 64,
    });
    await eventually(async () => (await busy.armedCount()) === 0, { timeoutMs: 60_000 });
    expect(lateness).toHaveLength(10_000);
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
    lateness.sort((a, b) => a - b);
    const at = (share: number): number => lateness[Math.floor(share * lateness.length)] ?? Infinity;
    console.info(`10,000 timers due in 2 s: lateness p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(0.9999)} ms`);
  }, 90_000);
});
