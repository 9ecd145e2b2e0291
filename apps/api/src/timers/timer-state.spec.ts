import { MemoryTimerQueue } from '#job-queue';
import { GuardedClock, ManualClock } from '#kernel';
import { type ServiceRequestQueries, TimerWatch } from '#service-request';
import { at } from '#testing';
import { TimerState } from './timer-state.js';

const stateWith = (oldest: string | undefined, count = oldest === undefined ? 0 : 1) => {
  const wall = new ManualClock(at('01:00'));
  const queries = { oldestOverdue: async () => oldest, countOverdue: async () => count };
  const queue = new MemoryTimerQueue(wall);
  const state = new TimerState(
    queries as unknown as ServiceRequestQueries, // the two that it asks
    new TimerWatch(),
    queue,
    new GuardedClock(wall, () => 0),
  );
  return { state, queue };
};

describe('the state of timers', () => {
  it('is well while nothing is overdue, or for a minute', async () => {
    expect(await stateWith(undefined).state.isDegraded()).toBe(false);
    expect(await stateWith(at('00:59')).state.isDegraded()).toBe(false);
  });

  it('is degraded once a deadline is past for more than a minute and not recorded as missed', async () => {
    const { state } = stateWith(at('00:58:59.999'), 7);
    expect(await state.isDegraded()).toBe(true);
    expect(await state.report()).toMatchObject({
      status: 'degraded',
      overdue: { count: 7, oldest: { dueAt: at('00:58:59.999'), lateMs: 60_001 } },
    });
  });

  it('can be read while the queue is away', async () => {
    const { state, queue } = stateWith(undefined);
    queue.goDown();
    expect(await state.report()).toMatchObject({ status: 'ok', armed: null, lastSweep: null });
  });
});
