import fc from 'fast-check';
import { MemoryEventStore, MemoryLog, type RecordedEvent, type SubscriptionBatch } from '#event-store';
import { ManualClock } from '#kernel';
import { at, eventually, newEvents, propertyRuns } from '#testing';
import { Followers, type FollowerState } from './followers.js';

const numbersIn = (events: readonly RecordedEvent[]): readonly unknown[] => events.map(({ data }) => data['number']);

const fixture = (pause: (ms: number, signal: AbortSignal) => Promise<unknown> = async () => undefined) => {
  const clock = new ManualClock(at('00:00'));
  const log = new MemoryLog();
  const events = new MemoryEventStore(log);
  const told: string[] = [];
  const changes: FollowerState['state'][] = [];
  const ended = new AbortController();
  const followers = new Followers(
    clock,
    { error: (_: object, message: string) => told.push(message) } as never,
    ({ state }) => changes.push(state),
    { pause },
  );
  return {
    clock,
    log,
    events,
    told,
    changes,
    followers,
    ended,
    follow: (handle: (batch: SubscriptionBatch) => Promise<void> | void, after?: string) =>
      followers.follow(events, { name: 'tally', after, types: ['NumberNoted'], handle }, { signal: ended.signal }),
    record: async (count: number, stream = 'till-1') => events.append(stream, 'none', newEvents(count)),
  };
};

describe('a follower', () => {
  it('whose handler fails three times goes on where it was, without a gap or a double', async () => {
    const on = fixture();
    await on.record(5);
    const seen: unknown[] = [];
    let failures = 0;
    const running = on.follow(({ events }) => {
      if (events.length > 0 && seen.length === 3 && failures < 3) throw new Error(`No. ${(failures += 1)}`);
      seen.push(...numbersIn(events));
    }, '2');
    await eventually(() => seen.length === 3, { what: 'the events after the second' });
    await on.record(2, 'till-2');
    await eventually(() => seen.length === 5, { what: 'what was recorded later' });
    expect(seen).toEqual([2, 3, 4, 0, 1]);
    expect(on.changes).toEqual(['following', 'failing', 'following']);
    expect(on.told).toHaveLength(3);
    on.ended.abort();
    await running;
    expect(on.changes.at(-1)).toBe('ended');
  });

  it('handles each batch once, whichever of its tries fail', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (fails, after) => {
          const on = fixture();
          await on.record(4);
          const seen: unknown[] = [];
          const running = on.follow(async ({ events }) => {
            if (fails.shift() === true) throw new Error('Not yet.');
            seen.push(...numbersIn(events));
            if (seen.length === 4) await on.record(after, 'till-2');
          });
          await eventually(() => seen.length >= 4 + after);
          on.ended.abort();
          await running;
          expect(seen).toEqual([0, 1, 2, 3, ...Array.from({ length: after }, (_, index) => index)]);
        },
      ),
      propertyRuns(50),
    ));

  it('ends with its store, and does not try a closed one again', async () => {
    const on = fixture();
    let begun = 0;
    const running = on.follow(() => {
      begun += 1;
    });
    await eventually(() => begun === 1);
    await on.events.close();
    await running;
    await on.follow(() => undefined);
    expect(on.followers.states).toEqual([{ name: 'tally', state: 'ended', since: at('00:00') }]);
    expect(on.told).toEqual([]);
  });

  it('fails while the store cannot be read, since when, and follows again when it can', async () => {
    const on = fixture();
    on.log.state = 'down';
    on.clock.set(at('01:00'));
    const running = on.follow(() => undefined);
    await eventually(() => on.changes.includes('failing'));
    on.clock.set(at('02:00'));
    expect(on.followers.states).toEqual([{ name: 'tally', state: 'failing', since: at('01:00') }]);
    expect(on.told).toEqual(['tally lost its feed; it goes on when that is back']);
    on.events.comeBack();
    await eventually(() => on.changes.at(-1) === 'following');
    on.ended.abort();
    await running;
  });
});

describe('what is kept going', () => {
  it('is begun again after a failure, ever more seldom, and soon again once something succeeded', async () => {
    const pausesMs: number[] = [];
    const on = fixture(async (ms) => {
      if (pausesMs.push(ms) === 10) on.ended.abort();
    });
    let tries = 0;
    const work = async (wentWell: () => void): Promise<void> => {
      if ((tries += 1) === 9) wentWell();
      throw new Error('damaged');
    };
    await on.followers.keep('arm-timers', work, { signal: on.ended.signal });
    const bounds = [1, 2, 4, 8, 16, 32, 60, 60, 1, 2];
    for (const [index, seconds] of bounds.entries()) {
      expect(pausesMs[index]).toBeGreaterThanOrEqual(seconds * 500);
      expect(pausesMs[index]).toBeLessThanOrEqual(seconds * 1_000);
    }
    expect(on.told[0]).toBe('arm-timers failed; it is begun again within 1 s');
  });

  it('says nothing of what fails because it was told to end', async () => {
    const on = fixture();
    const work = async (): Promise<void> => {
      on.ended.abort();
      throw new Error('closed');
    };
    await on.followers.keep('arm-timers', work, { signal: on.ended.signal });
    expect([on.told, on.changes]).toEqual([[], ['following', 'ended']]);
  });

  it('may be ended by whoever hears of its failure', async () => {
    const on = fixture();
    const heard: unknown[] = [];
    const onFailure = (error: unknown): void => {
      heard.push(error);
      on.ended.abort();
    };
    const failure = new Error('of a newer version');
    await on.followers.keep('keys', () => Promise.reject(failure), { signal: on.ended.signal, onFailure });
    expect([heard, on.told]).toEqual([[failure], []]);
  });
});
