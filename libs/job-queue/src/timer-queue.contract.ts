import { type Clock, type Instant, instantFromMs, instantToMs } from '#kernel';
import { retryDelayMs, type Timer, type TimerQueue } from './timer-queue.js';

/** What the suite needs from an adapter's spec. */
export interface TimerQueueFixture {
  readonly queue: TimerQueue;
  readonly clock: Clock;
  /** Lets time pass (or waits) until the condition holds. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Lets this much time pass, for "nothing more happens". */
  pass(ms: number): Promise<void>;
}

export const timerQueueContract = (name: string, open: () => Promise<TimerQueueFixture>): void => {
  describe(`timer queue contract: ${name}`, () => {
    let fixture: TimerQueueFixture;
    let queue: TimerQueue;
    const inMs = (ms: number): Instant => instantFromMs(instantToMs(fixture.clock.now()) + ms);
    const timer = (id: string, dueAt: Instant): Timer => ({ id, dueAt, payload: { for: id } });
    const startRecording = async (): Promise<Timer[]> => {
      const ran: Timer[] = [];
      await queue.start(async (due) => void ran.push(due), { concurrency: 1 });
      return ran;
    };

    beforeEach(async () => {
      fixture = await open();
      queue = fixture.queue;
    });
    afterEach(() => queue.close());

    it('runs a timer when it is due, with all that was armed, and forgets it', async () => {
      const ran = await startRecording();
      const armed: Timer = { id: 'r1.first-response@3', dueAt: inMs(150), payload: { deep: [1, 'ü', null] } };
      await queue.arm([armed]);
      await fixture.until(() => ran.length > 0);
      expect(ran).toEqual([armed]);
      expect(fixture.clock.now() >= armed.dueAt).toBe(true);
      await fixture.until(async () => (await queue.armedCount()) === 0);
    });

    it('runs at once what was due before it was armed', async () => {
      const ran = await startRecording();
      await queue.arm([timer('late', inMs(-60_000))]);
      await fixture.until(() => ran.length === 1);
      expect(ran[0]?.id).toBe('late');
    });

    it('runs what was armed before the start', async () => {
      await queue.arm([timer('early', inMs(20))]);
      const ran = await startRecording();
      await fixture.until(() => ran.length === 1);
      expect(ran[0]?.id).toBe('early');
    });

    it('runs timers in the order in which they fall due', async () => {
      await queue.arm([timer('c', inMs(300)), timer('a', inMs(100)), timer('b', inMs(200))]);
      const ran = await startRecording();
      await fixture.until(() => ran.length === 3);
      expect(ran.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    });

    it('leaves an armed id as it is, its old due time included', async () => {
      const ran = await startRecording();
      const first = timer('same', inMs(100));
      await queue.arm([first]);
      await queue.arm([timer('same', inMs(-1)), timer('same', inMs(60_000))]);
      expect(await queue.armedCount()).toBe(1);
      await fixture.until(() => ran.length === 1);
      expect(ran).toEqual([first]);
      await fixture.pass(100);
      expect(ran).toHaveLength(1);
    });

    it('arms an id anew once it has run', async () => {
      const ran = await startRecording();
      await queue.arm([timer('again', inMs(0))]);
      await fixture.until(async () => ran.length === 1 && (await queue.armedCount()) === 0);
      await queue.arm([timer('again', inMs(20))]);
      await fixture.until(() => ran.length === 2);
      expect(ran).toHaveLength(2);
    });

    it('arms nothing, and two thousand in one call', async () => {
      await queue.arm([]);
      expect(await queue.armedCount()).toBe(0);
      await queue.arm(Array.from({ length: 2_000 }, (_, i) => timer(`bulk-${i}`, inMs(3_600_000))));
      expect(await queue.armedCount()).toBe(2_000);
    });

    it('names those that are not armed, in the given order', async () => {
      await queue.arm([timer('one', inMs(60_000)), timer('two', inMs(60_000))]);
      expect(await queue.missing(['zero', 'one', 'three', 'two', 'meta'])).toEqual(['zero', 'three', 'meta']);
      expect(await queue.missing([])).toEqual([]);
    });

    it.each(['meta', 'wait', '42', 'a.b_c@d-e', 'x'.repeat(200)])('accepts the id %j', async (id) => {
      const ran = await startRecording();
      await queue.arm([timer(id, inMs(0))]);
      await fixture.until(() => ran.length === 1);
      expect(ran[0]?.id).toBe(id);
    });

    it.each(['', 'a:b', 'a b', 'ü', 'x'.repeat(201)])('refuses the id %j and arms nothing of that call', async (id) => {
      await expect(queue.arm([timer('good', inMs(60_000)), timer(id, inMs(60_000))])).rejects.toThrow(RangeError);
      expect(await queue.armedCount()).toBe(0);
    });

    it('calls a handler that throws again, later and later, until it succeeds', async () => {
      const calledAt: number[] = [];
      await queue.start(
        async () => {
          calledAt.push(instantToMs(fixture.clock.now()));
          if (calledAt.length < 3) throw new Error('not yet');
        },
        { concurrency: 1 },
      );
      await queue.arm([timer('stubborn', inMs(0))]);
      await fixture.until(() => calledAt.length === 1);
      expect(await queue.missing(['stubborn'])).toEqual([]);
      await fixture.until(async () => calledAt.length === 3 && (await queue.armedCount()) === 0);
      const pauses = calledAt.slice(1).map((at, i) => at - (calledAt[i] ?? 0));
      expect(pauses[0]).toBeGreaterThanOrEqual(retryDelayMs(1));
      expect(pauses[1]).toBeGreaterThanOrEqual(retryDelayMs(2));
    });

    it('calls a handler that says it was called too early again after the time that it says', async () => {
      const calledAt: number[] = [];
      await queue.start(
        async () => {
          calledAt.push(instantToMs(fixture.clock.now()));
          return calledAt.length < 3 ? { againInMs: 150 } : undefined;
        },
        { concurrency: 1 },
      );
      await queue.arm([timer('early', inMs(0))]);
      await fixture.until(() => calledAt.length === 1);
      expect(await queue.missing(['early'])).toEqual([]);
      await fixture.until(async () => calledAt.length === 3 && (await queue.armedCount()) === 0);
      for (const [i, at] of calledAt.slice(1).entries()) expect(at - (calledAt[i] ?? 0)).toBeGreaterThanOrEqual(150);
    });

    it('goes on with other timers while one fails', async () => {
      const ran: string[] = [];
      await queue.start(
        async ({ id }) => {
          if (id === 'bad') throw new Error('never');
          ran.push(id);
        },
        { concurrency: 1 },
      );
      await queue.arm([timer('bad', inMs(0)), timer('good', inMs(50))]);
      await fixture.until(() => ran.length === 1);
      expect(ran).toEqual(['good']);
    });

    it('lets a handler arm the next timer', async () => {
      const ran: string[] = [];
      await queue.start(
        async ({ id }) => {
          ran.push(id);
          if (id === 'first') await queue.arm([timer('second', inMs(20))]);
        },
        { concurrency: 1 },
      );
      await queue.arm([timer('first', inMs(0))]);
      await fixture.until(() => ran.length === 2);
      expect(ran).toEqual(['first', 'second']);
    });

    it('refuses a second start', async () => {
      await startRecording();
      await expect(queue.start(async () => undefined, { concurrency: 1 })).rejects.toThrow(/already/);
    });

    it('is healthy', async () => {
      expect(await queue.health()).toEqual({ ok: true });
    });
  });
};
