import { setImmediate as settled } from 'node:timers/promises';
import { RoomForBatches } from './room-for-batches.js';

describe('the room for batches', () => {
  it('begins commands in the order of asking, as many at a time as their share has', async () => {
    let share = 2;
    const room = new RoomForBatches(() => share);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const all = [0, 1, 2, 3, 4, 5].map((number) =>
      room.run(async () => {
        begun.push(number);
        await new Promise<void>((end) => ends.push(end));
        return number;
      }),
    );
    await settled();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    share = 1;
    ends[0]?.();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    share = 3;
    ends[2]?.();
    await settled();
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    for (const end of ends) end();
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('gives the place of a command that failed to the next', async () => {
    const room = new RoomForBatches(() => 1);
    const failed = room.run(() => Promise.reject(new Error('no')));
    const next = room.run(() => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });

  it('is full with sixteen batches, and not when one has ended', () => {
    const room = new RoomForBatches(() => 1);
    const ends = Array.from({ length: 16 }, () => {
      expect(room.isFull).toBe(false);
      return room.enter();
    });
    expect(room.isFull).toBe(true);
    ends[0]?.();
    ends[0]?.();
    expect(room.isFull).toBe(false);
    room.enter();
    expect(room.isFull).toBe(true);
  });
});
