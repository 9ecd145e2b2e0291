import { ManualClock } from './clock.js';
import { GuardedClock } from './guarded-clock.js';
import { type Instant, instantFromMs, instantToMs } from './instant.js';

const START = instantToMs('2026-07-13T00:00:00.000Z' as Instant);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A world with a true time, and clocks that show it more or less. */
const world = ({ wallOffMs = 0 } = {}) => {
  let trueMs = START;
  let witnessOffMs: number | undefined;
  const wall = new ManualClock(instantFromMs(START + wallOffMs));
  const clock = new GuardedClock(wall, () => trueMs - START + 12_345.678);
  const ask = (): void => {
    const steady = trueMs - START + 12_345.678;
    if (witnessOffMs !== undefined)
      clock.hear({ askedAtMs: steady - 2, answeredAtMs: steady, saidMs: trueMs + witnessOffMs });
  };
  return {
    clock,
    /** How far the trusted time is from the true one. */
    off: () => instantToMs(clock.now()) - trueMs,
    /** Lets time pass, looking every second and asking the witness every five. */
    pass(ms: number): void {
      for (let passed = 0; passed < ms; passed += SECOND) {
        trueMs += SECOND;
        wall.advance(SECOND);
        clock.look();
        if (passed % (5 * SECOND) === 0) ask();
      }
    },
    step: (ms: number) => wall.advance(ms),
    hearWitness(offMs = 0): void {
      witnessOffMs = offMs;
      ask();
    },
    loseWitness(): void {
      witnessOffMs = undefined;
    },
  };
};

describe('a guarded clock', () => {
  it('shows the time while all clocks agree', () => {
    const { clock, off, pass, hearWitness } = world();
    expect(off()).toBe(0);
    hearWitness();
    pass(10 * MINUTE);
    expect(off()).toBe(0);
    expect(clock.disagreementMs).toBe(0);
  });

  describe('when the wall clock is set forward', () => {
    it('does not follow for three minutes, then does, because it may be right', () => {
      const { clock, off, pass, step } = world();
      step(HOUR);
      expect(off()).toBe(0);
      expect(clock.disagreementMs).toBe(HOUR);
      pass(3 * MINUTE);
      expect(off()).toBe(0);
      pass(SECOND);
      expect(off()).toBe(HOUR);
      expect(clock.disagreementMs).toBe(0);
    });

    it('never follows while a witness shows the old time', () => {
      const { off, pass, step, hearWitness } = world();
      hearWitness();
      step(HOUR);
      pass(HOUR);
      expect(off()).toBe(0);
    });

    it('shows the time at once when it is set back', () => {
      const { off, pass, step } = world();
      step(HOUR);
      pass(MINUTE);
      step(-HOUR);
      pass(10 * MINUTE);
      expect(off()).toBe(0);
    });

    it('counts the three minutes anew with each step', () => {
      const { off, pass, step } = world();
      for (let steps = 0; steps < 5; steps += 1) {
        step(SECOND);
        pass(2 * MINUTE);
      }
      expect(off()).toBe(0);
    });
  });

  describe('when the wall clock is set back', () => {
    it('follows at once, because it may have been ahead', () => {
      const { clock, off, step, pass } = world();
      step(-MINUTE);
      expect(off()).toBe(-MINUTE);
      pass(10 * MINUTE);
      expect(off()).toBe(-MINUTE);
      expect(clock.disagreementMs).toBe(0);
    });

    it('does not follow when a witness shows the old time too, so that nothing stops', () => {
      const { clock, off, step, pass, hearWitness } = world();
      hearWitness();
      step(-HOUR);
      expect(off()).toBe(0);
      expect(clock.disagreementMs).toBe(-HOUR);
      pass(HOUR);
      expect(off()).toBe(0);
    });

    it('follows when the witness went with it, as one on the same machine does', () => {
      const { off, step, pass, hearWitness } = world();
      hearWitness();
      step(-MINUTE);
      hearWitness(-MINUTE);
      expect(off()).toBe(-MINUTE);
      step(MINUTE);
      hearWitness();
      expect(off()).toBe(0);
      pass(10 * MINUTE);
      expect(off()).toBe(0);
    });
  });

  describe('when it starts with a wall clock that is ahead (E47)', () => {
    it('shows what the witness shows, at the earliest', () => {
      const { clock, off, pass, hearWitness } = world({ wallOffMs: 90 * SECOND });
      expect(off()).toBe(90 * SECOND);
      hearWitness();
      expect(off()).toBe(0);
      expect(clock.disagreementMs).toBe(90 * SECOND);
      pass(HOUR);
      expect(off()).toBe(0);
    });

    it('believes the witness for a quarter of an hour after it was last heard', () => {
      const { off, pass, hearWitness, loseWitness } = world({ wallOffMs: 90 * SECOND });
      hearWitness();
      loseWitness();
      pass(15 * MINUTE);
      expect(off()).toBe(0);
      pass(SECOND);
      expect(off()).toBe(90 * SECOND);
    });

    it('shows the time once the wall clock is right', () => {
      const { off, pass, step, hearWitness } = world({ wallOffMs: 90 * SECOND });
      hearWitness();
      step(-90 * SECOND);
      expect(off()).toBe(0);
      pass(10 * MINUTE);
      expect(off()).toBe(0);
    });
  });

  it('shows the earlier time when the witness is behind: a breach may be late, not early', () => {
    const { off, hearWitness } = world();
    hearWitness(-5 * SECOND);
    expect(off()).toBe(-5 * SECOND);
  });

  it('does not believe a witness that is ahead', () => {
    const { off, pass, hearWitness } = world();
    hearWitness(HOUR);
    pass(MINUTE);
    expect(off()).toBe(0);
  });

  it('takes a slow answer for less than a quick one', () => {
    const { clock, off, hearWitness } = world({ wallOffMs: 90 * SECOND });
    hearWitness();
    clock.hear({ askedAtMs: 12_345, answeredAtMs: 14_345, saidMs: START - 1_900 });
    expect(off()).toBe(0);
  });

  it('is never ahead of the true time, whatever the wall clock does, while a witness is heard', () => {
    const { off, pass, step, hearWitness } = world();
    hearWitness();
    for (const ms of [90 * SECOND, -30 * SECOND, HOUR, -2 * HOUR, 5 * SECOND, HOUR, -90 * SECOND]) {
      step(ms);
      expect(off()).toBeLessThanOrEqual(0);
      pass(4 * MINUTE);
      expect(off()).toBeLessThanOrEqual(0);
    }
  });
});
