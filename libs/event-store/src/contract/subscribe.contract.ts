import { setTimeout as delay } from 'node:timers/promises';
import { eventually, newEvents } from '#testing';
import { comparePositions, type EventStore } from '../event-store.js';
import { Follower } from './follow.contract.js';
import { appendNew, type ContractContext, uniqueStream, uniqueType } from './harness.contract.js';

/** Appends from several writers at once, each to streams of its own, until all is written. */
const writeConcurrently = (store: EventStore, type: string, writers: number, appendsEach: number): Promise<unknown> =>
  Promise.all(
    Array.from({ length: writers }, async () => {
      for (let n = 0; n < appendsEach; n += 1) await appendNew(store, 2, type);
    }),
  );

/** Appends events that nobody here asks for, a few at a time as commands do; returns their stream. */
const writeMany = async (store: EventStore, count: number): Promise<string> => {
  const { stream } = await appendNew(store, 1);
  for (let written = 1; written < count; written += 20) await store.append(stream, BigInt(written - 1), newEvents(20));
  return stream;
};

export const subscribeContract = ({ store, harness }: ContractContext): void => {
  describe('subscribe', () => {
    let type: string;
    let followers: Follower[];
    const follow = (...args: ConstructorParameters<typeof Follower>): Follower => {
      const follower = new Follower(...args);
      followers.push(follower);
      return follower;
    };

    beforeEach(() => {
      type = uniqueType();
      followers = [];
    });
    afterEach(async () => {
      await Promise.all(followers.map((follower) => follower.stop()));
    });

    it('delivers what was there, then what comes', async () => {
      const after = await store().head();
      const { events: old } = await appendNew(store(), 3, type);
      const reader = follow(store(), { after, types: [type] });
      await reader.sees(3);
      const { events: fresh } = await appendNew(store(), 2, type);
      await reader.sees(5);
      expect(reader.ids).toEqual([...old, ...fresh].map(({ id }) => id));
    });

    it('has neither gap nor double from catch-up to live while many write', async () => {
      const after = await store().head();
      await writeConcurrently(store(), type, 4, 25);
      const writing = writeConcurrently(store(), type, 16, 25);
      const reader = follow(store(), { after, types: [type], batchSize: 64 });
      await writing;
      await reader.sees(1_000);
      const all = await store().readAll({ after, types: [type], limit: 2_000 });
      expect(reader.ids).toEqual(all.map(({ id }) => id));
    });

    it('has neither gap nor double of a rare type while many others are written', async () => {
      const after = await store().head();
      const other = uniqueType();
      await writeConcurrently(store(), other, 4, 25);
      const writing = Promise.all([writeConcurrently(store(), other, 12, 40), writeConcurrently(store(), type, 4, 40)]);
      const readers = [2, 8, 512].map((batchSize) => follow(store(), { after, types: [type], batchSize }));
      await writing;
      const all = await store().readAll({ after, types: [type], limit: 2_000 });
      for (const reader of readers) {
        await reader.sees(all.length);
        expect(reader.ids).toEqual(all.map(({ id }) => id));
        for (const batch of reader.batches)
          expect(comparePositions(batch.events.at(-1)?.position, batch.position)).toBeLessThanOrEqual(0);
      }
    });

    it('delivers every type when none is named', async () => {
      const after = await store().head();
      const reader = follow(store(), { after });
      const types = [type, uniqueType()];
      for (const each of types) await appendNew(store(), 1, each);
      await eventually(() => types.every((each) => reader.events.some((event) => event.type === each)));
      expect(reader.events.filter((event) => event.type.startsWith('$'))).toEqual([]);
    });

    it('delivers nothing when asked for no type, and says that it is caught up', async () => {
      const reader = follow(store(), { after: await store().head(), types: [] });
      await appendNew(store(), 1, type);
      await eventually(() => reader.caughtUp);
      expect(reader.events).toEqual([]);
    });

    it('resumes after the position of any batch', async () => {
      const after = await store().head();
      const { events } = await appendNew(store(), 30, type);
      const first = follow(store(), { after, types: [type], batchSize: 7 });
      await first.sees(30);
      await first.stop();
      const [upToHere] = first.batches.filter(({ events: some }) => some.length > 0);
      const second = follow(store(), { after: upToHere?.position, types: [type], batchSize: 7 });
      await second.sees(30 - (upToHere?.events.length ?? 0));
      expect([...(upToHere?.events ?? []), ...second.events].map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    });

    it('says once more each time that it is caught up, also when there is nothing to deliver', async () => {
      const reader = follow(store(), { after: await store().head(), types: [type] });
      await eventually(() => reader.caughtUp, { what: 'the first caught-up batch' });
      expect(reader.events).toEqual([]);
      await appendNew(store(), 1, type);
      await reader.sees(1);
      await eventually(() => reader.batches.at(-1)?.caughtUp === true, { what: 'being caught up again' });
    });

    it('is not caught up before all that was there is delivered', async () => {
      const after = await store().head();
      await appendNew(store(), 40, type);
      const reader = follow(store(), { after, types: [type], batchSize: 10 });
      await eventually(() => reader.caughtUp);
      const delivered = reader.batches
        .slice(0, reader.batches.findIndex(({ caughtUp }) => caughtUp) + 1)
        .flatMap(({ events }) => events);
      expect(delivered).toHaveLength(40);
    });

    it('moves its position on although nothing matches, if some hundred events behind', async () => {
      const after = await store().head();
      const passes = async (stream: string): Promise<void> => {
        const [first] = await store().readStream(stream, { limit: 1 });
        await eventually(() => comparePositions(reader.position, first?.position) >= 0, {
          what: 'a position past others',
        });
      };
      const there = await writeMany(store(), 200);
      const reader = follow(store(), { after, types: [type] });
      await passes(there);
      await passes(await writeMany(store(), 200));
      expect(reader.events).toEqual([]);
    });

    it('never moves its position back, nor before its events', async () => {
      const reader = follow(store(), { after: await store().head(), types: [type], batchSize: 8 });
      await writeConcurrently(store(), type, 8, 5);
      await reader.sees(80);
      for (const [index, batch] of reader.batches.entries()) {
        expect(comparePositions(reader.batches[index - 1]?.position, batch.position)).toBeLessThanOrEqual(0);
        expect(comparePositions(batch.events.at(-1)?.position, batch.position)).toBeLessThanOrEqual(0);
      }
      expect(reader.late).toEqual([]);
    });

    it('waits for a slow reader and then delivers all, in batches of the size asked for', async () => {
      const after = await store().head();
      const stream = uniqueStream();
      let written = -1n;
      const write = async (): Promise<void> => {
        const appended = await store().append(stream, written < 0n ? 'none' : written, newEvents(50, { type }));
        written = appended.revision;
      };
      await write();
      const onBatch = async (): Promise<void> => {
        if (written < 499n) await write();
        await delay(2);
      };
      const reader = follow(store(), { after, types: [type], batchSize: 20, onBatch });
      await reader.sees(500);
      expect(reader.events.map(({ revision }) => revision)).toEqual(Array.from({ length: 500 }, (_, n) => BigInt(n)));
      expect(Math.max(...reader.batches.map(({ events }) => events.length))).toBeLessThanOrEqual(20);
      expect(reader.late).toEqual([]);
    });

    it('feeds several readers, each at its own pace', async () => {
      const after = await store().head();
      const readers = [0, 1, 5].map((pauseMs) =>
        follow(store(), { after, types: [type], batchSize: 5, onBatch: () => delay(pauseMs) }),
      );
      await writeConcurrently(store(), type, 5, 5);
      for (const reader of readers) await reader.sees(50);
      const [first, ...others] = readers.map(({ ids }) => ids);
      for (const other of others) expect(other).toEqual(first);
    });
  });

  describe('the end of a subscription', () => {
    it('comes with the signal, without an error, while it waits', async () => {
      const reader = new Follower(store(), { after: await store().head(), types: [uniqueType()] });
      await eventually(() => reader.caughtUp);
      await reader.stop();
      expect(reader.events).toEqual([]);
    });

    it('comes with the signal while its reader works, and delivers nothing more', async () => {
      const type = uniqueType();
      const after = await store().head();
      await appendNew(store(), 20, type);
      const stop = new AbortController();
      const sizes: number[] = [];
      for await (const { events } of store().subscribe({
        after,
        types: [type],
        batchSize: 5,
        signal: stop.signal,
      })) {
        sizes.push(events.length);
        if (events.length > 0) stop.abort();
      }
      expect(sizes.filter((size) => size > 0)).toHaveLength(1);
    });

    it('is at once when the signal was given before', async () => {
      const batches = [];
      for await (const batch of store().subscribe({ signal: AbortSignal.abort() })) batches.push(batch);
      expect(batches).toEqual([]);
    });

    it('comes when the reader leaves its loop', async () => {
      const after = await store().head();
      const type = uniqueType();
      await appendNew(store(), 3, type);
      for await (const { events } of store().subscribe({
        after,
        types: [type],
        signal: new AbortController().signal,
      }))
        if (events.length > 0) break;
      expect(await store().health()).toEqual({ ok: true });
    });

    it('comes when the store is closed', async () => {
      const own = await (harness.reopen ?? harness.open)();
      const reader = new Follower(own, { after: await own.head(), types: [uniqueType()] });
      await eventually(() => reader.caughtUp);
      await own.close();
      await expect(reader.ended).resolves.toBeUndefined();
    });

    it('refuses a batch size that is none', () => {
      const subscribe = () => store().subscribe({ signal: new AbortController().signal, batchSize: 0 });
      expect(subscribe).toThrow(TypeError);
    });
  });
};
