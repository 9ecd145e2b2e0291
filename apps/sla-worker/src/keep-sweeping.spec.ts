import type { Logger } from 'pino';
import { Followers } from '#following';
import { type DeadlineTimers, type Sweep, TimerWatch } from '#service-request';
import { systemClock } from '#kernel';
import { at, eventually } from '#testing';
import { keepSweeping } from './keep-sweeping.js';

const found: Sweep = { at: at('00:00'), swept: 0, armed: 0, drift: 0, asked: 0, complete: true, nextInMs: 60_000 };

const fixture = (sweep: DeadlineTimers['sweep']) => {
  const log = { error: () => undefined, warn: () => undefined } as unknown as Logger;
  const followers = new Followers(systemClock, log);
  const timers = { sweep } as unknown as DeadlineTimers;
  const sweeps = keepSweeping(timers, async () => undefined, new TimerWatch(), followers, log);
  return { sweeps, state: () => followers.states[0]?.state };
};

describe('sweeps', () => {
  it('follow at once when asked for, and never two at a time', async () => {
    let [begun, running, most] = [0, 0, 0];
    let finish = (): void => undefined;
    const { sweeps } = fixture(async () => {
      begun += 1;
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => (finish = resolve));
      running -= 1;
      return found;
    });
    await eventually(() => begun === 1);
    sweeps.sweepAfterLoss();
    sweeps.doubtClocks();
    finish();
    await eventually(() => begun === 2);
    finish();
    await eventually(() => running === 0);
    sweeps.sweepAfterLoss();
    await eventually(() => begun === 3);
    finish();
    await sweeps.stop();
    expect([begun, most]).toEqual([3, 1]);
  });

  it('are told of a stop, and waited for', async () => {
    let told = false;
    const { sweeps } = fixture(async (_, signal) => {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      told = true;
      return found;
    });
    await sweeps.stop();
    expect(told).toBe(true);
  });

  it('that fail are told, and tried again at once when a loss is heard of', async () => {
    let begun = 0;
    const { sweeps, state } = fixture(async () => {
      if ((begun += 1) === 1) throw new Error('The rows cannot be read.');
      return found;
    });
    await eventually(() => state() === 'failing');
    sweeps.sweepAfterLoss();
    await eventually(() => state() === 'following');
    await sweeps.stop();
    expect([begun, state()]).toEqual([2, 'ended']);
  });
});
