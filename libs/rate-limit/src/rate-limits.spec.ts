import type { RateCounter } from './rate-counter.js';
import { RateLimits } from './rate-limits.js';

const WINDOW_S = 60;

/** One count that several processes share, and how often they asked. */
class SharedCount implements RateCounter {
  asked = 0;
  #taken = 0;
  #endsAtMs = 0;

  constructor(
    private readonly limit: number,
    private readonly nowMs: () => number,
  ) {}

  async take(_: string, wanted: number) {
    this.asked += 1;
    const now = this.nowMs();
    if (now >= this.#endsAtMs) [this.#taken, this.#endsAtMs] = [0, now + WINDOW_S * 1_000];
    const granted = Math.min(wanted, this.limit - this.#taken);
    this.#taken += granted;
    return { granted, left: this.limit - this.#taken, resetsInMs: this.#endsAtMs - now };
  }
}

const setUp = (limit: number) => {
  let now = 0;
  const count = new SharedCount(limit, () => now);
  const process = () => new RateLimits(count, limit, WINDOW_S, () => now);
  return { count, here: process(), there: process(), pass: (ms: number) => (now += ms) };
};

const allowedOf = async (tries: number, ...processes: readonly RateLimits[]): Promise<number> => {
  let allowed = 0;
  for (let index = 0; index < tries; index += 1) {
    const verdict = await processes[index % processes.length]?.spend('key');
    if (verdict?.allowed === true) allowed += 1;
  }
  return allowed;
};

describe('a rate limit', () => {
  it.each([1, 3, 150, 1_000])('of %i lets in as many a window, however many processes count', async (limit) => {
    const { here, there, pass } = setUp(limit);
    expect(await allowedOf(2 * limit + 20, here, there)).toBe(limit);
    pass(WINDOW_S * 1_000 - 1);
    expect(await allowedOf(10, here, there)).toBe(0);
    pass(1);
    expect(await allowedOf(2 * limit + 20, here, there)).toBe(limit);
  });

  it('tells what is left and for how long', async () => {
    const { here, pass } = setUp(3);
    expect(await here.spend('key')).toEqual({ allowed: true, remaining: 2, resetsInMs: 60_000 });
    pass(20_000);
    expect(await here.spend('key')).toEqual({ allowed: true, remaining: 1, resetsInMs: 40_000 });
    await here.spend('key');
    expect(await here.spend('key')).toEqual({ allowed: false, remaining: 0, resetsInMs: 40_000 });
  });

  it('asks the shared count once in a while, and makes only the first request wait for it', async () => {
    const { here, count } = setUp(100_000);
    await here.spend('key');
    let waits = 0;
    for (let index = 0; index < 10_000; index += 1) {
      if (here.spend('key') instanceof Promise) waits += 1;
      if (index % 100 === 0) await Promise.resolve().then(() => undefined);
    }
    expect(waits).toBe(0);
    expect(count.asked).toBeLessThan(15);
  });

  it('asks once for all who wait', async () => {
    const { here, count } = setUp(100_000);
    const verdicts = await Promise.all(Array.from({ length: 50 }, async () => here.spend('key')));
    expect(verdicts.every(({ allowed }) => allowed)).toBe(true);
    expect(count.asked).toBe(1);
  });

  it('refuses without asking once the last was spent', async () => {
    const { here, count } = setUp(2);
    await allowedOf(3, here);
    const { asked } = count;
    expect(await allowedOf(100, here)).toBe(0);
    expect(count.asked).toBe(asked);
  });
});
