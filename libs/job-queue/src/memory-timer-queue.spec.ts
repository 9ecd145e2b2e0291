import { type Instant, ManualClock } from '#kernel';
import { QueueUnavailableError } from './errors.js';
import { MemoryTimerQueue } from './memory-timer-queue.js';
import { timerQueueContract } from './timer-queue.contract.js';
import { type LossReason, MAX_ATTEMPTS, retryDelayMs, type Timer } from './timer-queue.js';

const start = '2026-07-13T02:00:00.000Z' as Instant;
const STEP_MS = 10;

const fixture = () => {
  const clock = new ManualClock(start);
  const queue = new MemoryTimerQueue(clock);
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      clock.advance(STEP_MS);
      await queue.runDue();
    }
  };
  const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
    await queue.runDue();
    for (let steps = 0; !(await condition()); steps += 1) {
      if (steps > 10_000) throw new Error('The condition never held.');
      await pass(STEP_MS);
    }
  };
  return { clock, queue, pass, until };
};

timerQueueContract('memory', async () => fixture());

describe('memory timer queue', () => {
  const soon: Timer = { id: 'soon', dueAt: '2026-07-13T02:00:10.000Z' as Instant, payload: {} };

  it('tells when its next timer is due', async () => {
    const { queue } = fixture();
    expect(queue.nextRunAt()).toBeUndefined();
    await queue.arm([{ ...soon, id: 'later', dueAt: '2026-07-14T02:00:00.000Z' as Instant }, soon]);
    expect(queue.nextRunAt()).toBe(soon.dueAt);
  });

  it('is due at the very instant, not before', async () => {
    const { clock, queue } = fixture();
    const ran: string[] = [];
    await queue.start(async ({ id }) => void ran.push(id), { concurrency: 1 });
    await queue.arm([soon]);
    clock.advance(9_999);
    expect(await queue.runDue()).toBe(0);
    clock.advance(1);
    expect(await queue.runDue()).toBe(1);
    expect(ran).toEqual(['soon']);
  });

  it('drops a timer whose handler never succeeds, so that it can be armed anew', async () => {
    const { clock, queue } = fixture();
    let calls = 0;
    const failing = async (): Promise<undefined> => {
      calls += 1;
      throw new Error('never');
    };
    await queue.start(failing, { concurrency: 1 });
    await queue.arm([soon]);
    clock.advance(10_000);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      await queue.runDue();
      clock.advance(retryDelayMs(attempt));
    }
    expect(calls).toBe(MAX_ATTEMPTS);
    expect(await queue.missing(['soon'])).toEqual(['soon']);
  });

  it('refuses everything and runs nothing while it is down, then says that it is back', async () => {
    const { clock, queue } = fixture();
    const losses: LossReason[] = [];
    queue.onPossibleLoss((reason) => losses.push(reason));
    await queue.start(async () => undefined, { concurrency: 1 });
    await queue.arm([soon]);
    queue.goDown();
    clock.advance(20_000);
    expect(await queue.runDue()).toBe(0);
    await expect(queue.arm([soon])).rejects.toThrow(QueueUnavailableError);
    await expect(queue.armedCount()).rejects.toThrow(QueueUnavailableError);
    await expect(queue.missing(['soon'])).rejects.toThrow(QueueUnavailableError);
    expect((await queue.health()).ok).toBe(false);
    queue.comeBack();
    expect(losses).toEqual(['reconnected']);
    expect(await queue.runDue()).toBe(1);
  });

  it('says that it was emptied, at once or when it comes back', async () => {
    const { queue } = fixture();
    const losses: LossReason[] = [];
    const stop = queue.onPossibleLoss((reason) => losses.push(reason));
    await queue.arm([soon]);
    queue.empty();
    expect(losses).toEqual(['emptied']);
    queue.goDown();
    queue.empty();
    queue.comeBack();
    expect(losses).toEqual(['emptied', 'emptied']);
    expect(await queue.missing(['soon'])).toEqual(['soon']);
    stop();
    queue.empty();
    expect(losses).toHaveLength(2);
  });
});
