import { eventually, newEvents } from '#testing';
import { OutcomeUnknownError, StoreUnavailableError } from '../errors.js';
import type { AppendResult, EventStore, ExpectedRevision, NewEvent } from '../event-store.js';
import { Follower } from './follow.contract.js';
import {
  appendNew,
  type ContractContext,
  type EventStoreFaults,
  uniqueStream,
  uniqueType,
} from './harness.contract.js';

const isPassing = (error: unknown): boolean =>
  error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError;

/** What a careful writer does: the very same append again until it is answered. */
const appendUntilAnswered = async (
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): Promise<AppendResult> => {
  const giveUpAt = performance.now() + 30_000;
  for (;;) {
    try {
      return await store.append(stream, expected, events);
    } catch (error) {
      if (!isPassing(error) || performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};

export const faultsContract = ({ store }: ContractContext, faults: EventStoreFaults): void => {
  const isHealthy = async (): Promise<boolean> => (await store().health()).ok;
  const recovers = (): Promise<void> => eventually(isHealthy, { timeoutMs: 30_000, what: 'the store to recover' });

  describe('a killed server', () => {
    let down = false;
    const kill = async (): Promise<void> => {
      await faults.killServer();
      down = true;
    };
    const restart = async (): Promise<void> => {
      await faults.restartServer();
      down = false;
    };
    afterEach(async () => {
      if (down) await restart();
      await recovers();
    });

    it('makes the store unavailable until it is back, with all that was acknowledged', async () => {
      const { stream } = await appendNew(store(), 2);
      await kill();
      const events = newEvents();
      await expect(store().append(stream, 1n, events).catch(isPassing)).resolves.toBe(true);
      await expect(store().readStream(stream)).rejects.toThrow(StoreUnavailableError);
      await expect(store().readAll({ limit: 1 })).rejects.toThrow(StoreUnavailableError);
      await expect(store().head()).rejects.toThrow(StoreUnavailableError);
      expect(await store().health()).toMatchObject({ ok: false, reason: expect.stringMatching(/./) as unknown });
      await restart();
      await recovers();
      expect((await appendUntilAnswered(store(), stream, 1n, events)).revision).toBe(2n);
      expect(await store().readStream(stream)).toHaveLength(3);
    });

    it('leaves one copy of each append that was repeated until it was answered', async () => {
      const writing = Array.from({ length: 8 }, async () => {
        const stream = uniqueStream();
        let expected: ExpectedRevision = 'none';
        for (let n = 0; n < 20; n += 1) {
          const keyed = n % 2 === 0 ? { fingerprint: 'body' } : {};
          expected = (await appendUntilAnswered(store(), stream, expected, newEvents(2, keyed))).revision;
        }
        return stream;
      });
      for (let round = 0; round < 2; round += 1) {
        await kill();
        await restart();
      }
      for (const stream of await Promise.all(writing)) expect(await store().readStream(stream)).toHaveLength(40);
    });

    it('breaks a subscription, which resumes by itself without gap or double', async () => {
      const type = uniqueType();
      const reader = new Follower(store(), { after: await store().head(), types: [type] });
      const { events: before } = await appendNew(store(), 3, type);
      await reader.sees(3);
      await kill();
      await eventually(() => reader.health.at(-1)?.state === 'broken', {
        timeoutMs: 30_000,
        what: 'the broken feed to be noticed',
      });
      await restart();
      const after = newEvents(3, { type });
      await appendUntilAnswered(store(), uniqueStream(), 'none', after);
      await reader.sees(6, 30_000);
      await eventually(() => reader.health.at(-1)?.state === 'live');
      expect(reader.ids).toEqual([...before, ...after].map(({ id }) => id));
      await reader.stop();
    });

    it('lets a broken subscription end by its signal', async () => {
      const reader = new Follower(store(), { after: await store().head(), types: [uniqueType()] });
      await eventually(() => reader.caughtUp);
      await kill();
      await eventually(() => reader.health.at(-1)?.state === 'broken', { timeoutMs: 30_000 });
      await expect(reader.stop()).resolves.toBeUndefined();
    });
  });

  describe('a frozen server', () => {
    it('leaves the outcome of an append unknown; the same append again settles it with one copy', async () => {
      const { stream } = await appendNew(store(), 1);
      const events = newEvents(2);
      await faults.freeze();
      try {
        await expect(store().append(stream, 0n, events)).rejects.toThrow(OutcomeUnknownError);
        await expect(store().readStream(stream)).rejects.toThrow(StoreUnavailableError);
        expect(await store().health()).toMatchObject({ ok: false });
      } finally {
        await faults.thaw();
      }
      expect((await appendUntilAnswered(store(), stream, 0n, events)).revision).toBe(2n);
      await recovers();
      expect(await store().readStream(stream)).toHaveLength(3);
    });
  });

  const { dropSlowConsumer } = faults;
  if (dropSlowConsumer !== undefined)
    describe('a subscription that the server drops', () => {
      it('resumes without gap or double', async () => {
        const type = uniqueType();
        const reader = new Follower(store(), { after: await store().head(), types: [type] });
        await appendNew(store(), 3, type);
        await reader.sees(3);
        await dropSlowConsumer();
        const { events } = await appendNew(store(), 3, type);
        await reader.sees(6);
        await eventually(() => reader.health.at(-1)?.state === 'live');
        expect(reader.ids.slice(3)).toEqual(events.map(({ id }) => id));
        expect(new Set(reader.ids).size).toBe(6);
        await reader.stop();
      });
    });
};
