import { at } from '#testing';
import { TimerWatch } from './timer-watch.js';

const sweep = {
  at: at('00:00'),
  swept: 3,
  armed: 2,
  drift: 1,
  asked: 0,
  complete: true,
  nextInMs: 30_000,
};

describe('the watch over timers', () => {
  it('knows nothing at first', () => {
    const watch = new TimerWatch();
    expect(watch.lastSweep).toBeUndefined();
    expect(watch.drift).toBe(0);
    expect(watch.lateness(at('00:00'))).toEqual({ misses: 0, p50Ms: null, p99Ms: null, maxMs: null });
  });

  it('tells how late misses were found, by nearest rank', () => {
    const watch = new TimerWatch();
    for (const ms of [400, 100, 300, 200]) watch.missed({ dueAt: at('00:00'), detectedAt: at(`00:00:00.${ms}`) });
    expect(watch.lateness(at('00:01'))).toEqual({ misses: 4, p50Ms: 200, p99Ms: 400, maxMs: 400 });
  });

  it('forgets them after a quarter of an hour', () => {
    const watch = new TimerWatch();
    watch.missed({ dueAt: at('00:00'), detectedAt: at('00:01') });
    expect(watch.lateness(at('00:16'))).toMatchObject({ misses: 1 });
    expect(watch.lateness(at('00:16:00.001'))).toMatchObject({ misses: 0 });
  });

  it('keeps the newest ten thousand', () => {
    const watch = new TimerWatch();
    watch.missed({ dueAt: at('00:00'), detectedAt: at('00:05') });
    for (let count = 0; count < 10_000; count += 1) watch.missed({ dueAt: at('00:05'), detectedAt: at('00:05:01') });
    expect(watch.lateness(at('00:06'))).toEqual({ misses: 10_000, p50Ms: 1_000, p99Ms: 1_000, maxMs: 1_000 });
  });

  it('adds up drift, but not what a known loss explains', () => {
    const watch = new TimerWatch();
    watch.swept(sweep, 5, true);
    expect(watch.drift).toBe(0);
    watch.swept(sweep, 5, false);
    watch.swept({ ...sweep, refusal: new Error('away') }, 7, false);
    expect(watch.drift).toBe(2);
    expect(watch.lastSweep).toEqual({
      at: at('00:00'),
      swept: 3,
      armed: 2,
      drift: 1,
      asked: 0,
      complete: true,
      tookMs: 7,
      refused: true,
    });
  });
});
