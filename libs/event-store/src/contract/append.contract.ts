import { newEvents } from '#testing';
import { CommandReusedError, StreamNotFoundError, WrongRevisionError } from '../errors.js';
import { comparePositions, type NewEvent, type RecordedEvent } from '../event-store.js';
import { appendNew, type ContractContext, newCommandId, uniqueStream } from './harness.contract.js';

const idsOf = (events: readonly NewEvent[]): string[] => events.map(({ id }) => id);

export const appendContract = ({ store }: ContractContext): void => {
  describe('append', () => {
    it('answers with revision and position of its last event', async () => {
      const stream = uniqueStream();
      const first = await store().append(stream, 'none', newEvents());
      const next = await store().append(stream, 0n, newEvents(3));
      expect(first.revision).toBe(0n);
      expect(next.revision).toBe(3n);
      const recorded = await store().readStream(stream);
      expect(recorded.map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n]);
      expect([recorded[0]?.position, recorded[3]?.position]).toEqual([first.position, next.position]);
    });

    it('orders positions by commit, within an append and across streams', async () => {
      const results = [];
      for (let round = 0; round < 5; round += 1) results.push(await appendNew(store(), 3));
      const recorded: RecordedEvent[] = [];
      for (const { stream } of results) recorded.push(...(await store().readStream(stream)));
      const positions = recorded.map(({ position }) => position);
      for (const [index, position] of positions.entries())
        expect(comparePositions(positions[index - 1], position)).toBeLessThan(0);
    });

    it('refuses another revision than the one of the stream and names it', async () => {
      const { stream } = await appendNew(store(), 2);
      await expect(store().append(stream, 'none', newEvents())).rejects.toMatchObject({
        name: 'WrongRevisionError',
        stream,
        expected: 'none',
        actual: 1n,
      });
      await expect(store().append(stream, 0n, newEvents())).rejects.toMatchObject({ expected: 0n, actual: 1n });
      await expect(store().append(stream, 7n, newEvents())).rejects.toMatchObject({ expected: 7n, actual: 1n });
      await expect(store().append(uniqueStream(), 0n, newEvents())).rejects.toMatchObject({
        expected: 0n,
        actual: 'none',
      });
      expect(await store().readStream(stream)).toHaveLength(2);
    });

    it('lets one of two racing writers win, again and again', async () => {
      const { stream } = await appendNew(store(), 1);
      for (let revision = 0n; revision < 10n; revision += 1n) {
        const rivals = [newEvents(), newEvents()];
        const outcomes = await Promise.allSettled(rivals.map((events) => store().append(stream, revision, events)));
        const refused = outcomes.flatMap((outcome): unknown[] =>
          outcome.status === 'rejected' ? [outcome.reason] : [],
        );
        expect(refused).toEqual([expect.any(WrongRevisionError)]);
        const won = rivals[outcomes.findIndex(({ status }) => status === 'fulfilled')] ?? [];
        expect(idsOf(await store().readStream(stream, { from: revision + 1n }))).toEqual(idsOf(won));
      }
    });

    it('lets one of many win who all want to make the stream', async () => {
      const stream = uniqueStream();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, () => store().append(stream, 'none', newEvents(2))),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await store().readStream(stream)).toHaveLength(2);
    });

    it('writes to many streams at once', async () => {
      const appended = await Promise.all(Array.from({ length: 100 }, () => appendNew(store(), 2)));
      expect(new Set(appended.map(({ result }) => result.position)).size).toBe(100);
      const recorded = await Promise.all(appended.map(({ stream }) => store().readStream(stream)));
      expect(recorded.map(idsOf)).toEqual(appended.map(({ events }) => idsOf(events)));
    });
  });

  describe('append again', () => {
    it('answers a repeat with the first result, also after later appends', async () => {
      const { stream, events, result } = await appendNew(store(), 3);
      expect(await store().append(stream, 'none', events)).toEqual(result);
      await store().append(stream, 2n, newEvents(2));
      expect(await store().append(stream, 'none', events)).toEqual(result);
      expect(await store().readStream(stream)).toHaveLength(5);
    });

    it('recognises a repeat in the middle of a stream', async () => {
      const { stream } = await appendNew(store(), 2);
      const events = newEvents(2);
      const result = await store().append(stream, 1n, events);
      await store().append(stream, 3n, newEvents());
      expect(await store().append(stream, 1n, events)).toEqual(result);
      expect(await store().readStream(stream)).toHaveLength(5);
    });

    it('takes what a later try stamps anew for the same content', async () => {
      const commandId = newCommandId();
      const stream = uniqueStream();
      const result = await store().append(stream, 'none', newEvents(2, { commandId }));
      const [kept] = await store().readStream(stream);
      const later = newEvents(2, { commandId }).map((event) => ({
        ...event,
        recordedAt: '2001-02-03T04:05:06.789Z' as NewEvent['recordedAt'],
      }));
      expect(await store().append(stream, 'none', later)).toEqual(result);
      expect((await store().readStream(stream))[0]).toEqual(kept);
    });

    it('writes once what is sent many times at once', async () => {
      const stream = uniqueStream();
      const events = newEvents(2);
      const results = await Promise.all(Array.from({ length: 10 }, () => store().append(stream, 'none', events)));
      expect(new Set(results.map(({ position }) => position)).size).toBe(1);
      expect(await store().readStream(stream)).toHaveLength(2);
    });

    it('refuses the same ids with other data or another type', async () => {
      const commandId = newCommandId();
      const { stream } = await appendNew(store(), 1);
      await store().append(stream, 0n, newEvents(2, { commandId }));
      const others = [
        newEvents(2, { commandId, data: () => ({ number: 7 }) }),
        newEvents(2, { commandId, type: 'OtherNoted' }),
      ];
      for (const other of others) await expect(store().append(stream, 0n, other)).rejects.toThrow(CommandReusedError);
      await store().append(stream, 2n, newEvents());
      for (const other of others) await expect(store().append(stream, 0n, other)).rejects.toThrow(CommandReusedError);
      expect(await store().readStream(stream)).toHaveLength(4);
    });

    it('refuses known ids that are followed by a new one', async () => {
      const commandId = newCommandId();
      const stream = uniqueStream();
      await store().append(stream, 'none', newEvents(2, { commandId }));
      await expect(store().append(stream, 'none', newEvents(3, { commandId }))).rejects.toThrow(WrongRevisionError);
      expect(await store().readStream(stream)).toHaveLength(2);
    });
  });

  describe('a bad append', () => {
    const big = (bytes: number): NewEvent[] =>
      newEvents(1, { type: 'BigNoted', data: () => ({ text: 'x'.repeat(bytes) }) });

    it('writes nothing of several events when the revision is wrong', async () => {
      const { stream } = await appendNew(store(), 1);
      await expect(store().append(stream, 5n, newEvents(3))).rejects.toThrow(WrongRevisionError);
      expect(await store().readStream(stream)).toHaveLength(1);
    });

    it('is too large over a mebibyte, and writes nothing', async () => {
      const stream = uniqueStream();
      const tooLarge = [...newEvents(), ...big(1024 * 1024)];
      await expect(store().append(stream, 'none', tooLarge)).rejects.toMatchObject({
        name: 'EventTooLargeError',
        type: 'BigNoted',
      });
      await expect(store().readStream(stream)).rejects.toThrow(StreamNotFoundError);
    });

    it('counts bytes, not characters, and all events together', async () => {
      const threeBytesEach = newEvents(1, { data: () => ({ text: '€'.repeat(400_000) }) });
      await expect(store().append(uniqueStream(), 'none', threeBytesEach)).rejects.toMatchObject({
        name: 'EventTooLargeError',
      });
      const halves = newEvents(2, { data: () => ({ text: 'x'.repeat(600_000) }) });
      await expect(store().append(uniqueStream(), 'none', halves)).rejects.toMatchObject({
        name: 'EventTooLargeError',
      });
    });

    it('does not keep a large one from being written', async () => {
      const { revision } = await store().append(uniqueStream(), 'none', big(1_000_000));
      expect(revision).toBe(0n);
    });

    it.each([
      ['no events', uniqueStream(), 'none', []],
      ['no stream name', '', 'none', newEvents()],
      ['no type', uniqueStream(), 'none', newEvents(1, { type: '' })],
      [
        'an id that is no UUID',
        uniqueStream(),
        'none',
        newEvents().map((event) => ({ ...event, id: 'one' as NewEvent['id'] })),
      ],
      ['a negative revision', uniqueStream(), -1n, newEvents()],
      ['a type that is the system’s', uniqueStream(), 'none', newEvents(1, { type: '$metadata' })],
      ['a stream that is the system’s', '$settings', 'none', newEvents()],
    ] as const)('is a defect of the caller: %s', async (_, stream, expected, events) => {
      await expect(store().append(stream, expected, events)).rejects.toThrow(TypeError);
    });
  });
};
