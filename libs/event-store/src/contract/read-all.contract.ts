import { newEvents } from '#testing';
import { comparePositions, type Position, type RecordedEvent } from '../event-store.js';
import { appendNew, type ContractContext, uniqueStream, uniqueType } from './harness.contract.js';

const numbersOf = (events: readonly RecordedEvent[]): unknown[] => events.map(({ data }) => data['number']);

export const readAllContract = ({ store, harness }: ContractContext): void => {
  describe('read all', () => {
    const types = [uniqueType(), uniqueType()] as const;
    let after: Position | undefined;
    let positions: Position[];

    beforeAll(async () => {
      after = await store().head();
      positions = [];
      for (let number = 0; number < 10; number += 1) {
        const events = newEvents(1, { type: number % 5 === 4 ? types[1] : types[0], data: () => ({ number }) });
        positions.push((await store().append(uniqueStream(), 'none', events)).position);
      }
    });

    it('reads every stream in commit order, after a position', async () => {
      const events = await store().readAll({ after, limit: 10 });
      expect(numbersOf(events)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(events.map(({ position }) => position)).toEqual(positions);
    });

    it('does not read the event at the position itself', async () => {
      expect(numbersOf(await store().readAll({ after: positions[3], limit: 2 }))).toEqual([4, 5]);
    });

    it('reads some types only', async () => {
      expect(numbersOf(await store().readAll({ after, limit: 10, types: [types[1]] }))).toEqual([4, 9]);
      expect(numbersOf(await store().readAll({ after, limit: 6, types }))).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await store().readAll({ after, limit: 10, types: [types[1].slice(0, -1), '.*'] })).toEqual([]);
      expect(await store().readAll({ after, limit: 10, types: [] })).toEqual([]);
    });

    it('finds the same page by page', async () => {
      const paged: RecordedEvent[] = [];
      for (let pages = 0; pages < 5; pages += 1) {
        paged.push(...(await store().readAll({ after: paged.at(-1)?.position ?? after, limit: 3, types })));
      }
      expect(numbersOf(paged)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('finds nothing after the last event', async () => {
      expect(await store().readAll({ after: await store().head(), limit: 10, types })).toEqual([]);
    });

    it('starts at the first event when no position is given', async () => {
      const [first] = await store().readAll({ limit: 1 });
      const [next] = await store().readAll({ after: first?.position, limit: 1 });
      expect(comparePositions(first?.position, next?.position)).toBeLessThan(0);
    });

    it.each([0, -1, 1.5])('refuses the limit %p as a defect of the caller', async (limit) => {
      await expect(store().readAll({ limit })).rejects.toThrow(TypeError);
    });

    it('never shows an event before one that was already read, while many are written', async () => {
      const type = uniqueType();
      const writing = Promise.all(
        Array.from({ length: 20 }, async () => {
          for (let round = 0; round < 5; round += 1) await appendNew(store(), 2, type);
        }),
      );
      const seen: RecordedEvent[] = [];
      while (seen.length < 200) {
        const reached = seen.at(-1)?.position ?? after;
        seen.push(...(await store().readAll({ after: reached, limit: 50, types: [type] })));
      }
      await writing;
      const again = await store().readAll({ after, limit: 500, types: [type] });
      expect(seen.map(({ id }) => id)).toEqual(again.map(({ id }) => id));
    });
  });

  describe('the head', () => {
    it('is the position of the last event', async () => {
      const { result } = await appendNew(store(), 2);
      const head = await store().head();
      if (harness.shared) expect(comparePositions(head, result.position)).toBeGreaterThanOrEqual(0);
      else expect(head).toBe(result.position);
    });
  });

  describe('health', () => {
    it('is good', async () => {
      expect(await store().health()).toEqual({ ok: true });
    });
  });
};
