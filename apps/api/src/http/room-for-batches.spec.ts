import { setImmediate as settled } from 'node:timers/promises';
import { type AdmittedBatch, RoomForBatches } from './room-for-batches.js';

const OURS = 'northwind';
const THEIRS = 'fabrikam';

const entered = (room: RoomForBatches, tenantId: string): AdmittedBatch => {
  const batch = room.enter(tenantId);
  if (batch === undefined) throw new Error('no room');
  return batch;
};

/** Commands that end when they are told to. */
const commands = () => {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const command = (name: string) => async () => {
    begun.push(name);
    await new Promise<void>((end) => ends.push(end));
    return name;
  };
  return { begun, ends, command };
};

describe('the commands of batches', () => {
  it('begin in the order of asking, as many at a time as their share has', async () => {
    let share = 2;
    const batch = entered(new RoomForBatches(() => share), OURS);
    const { begun, ends, command } = commands();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const all = names.map((name) => batch.run(command(name)));
    await settled();
    expect(begun).toEqual(['a', 'b']);
    ends[1]?.();
    await settled();
    expect(begun).toEqual(['a', 'b', 'c']);
    share = 1;
    ends[0]?.();
    await settled();
    expect(begun).toEqual(['a', 'b', 'c']);
    share = 3;
    ends[2]?.();
    await settled();
    expect(begun).toEqual(names);
    for (const end of ends) end();
    expect(await Promise.all(all)).toEqual(names);
  });

  it('give the place of one that failed to the next', async () => {
    const batch = entered(new RoomForBatches(() => 1), OURS);
    const failed = batch.run(() => Promise.reject(new Error('no')));
    const next = batch.run(() => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });

  it('of two tenants begin in turn, however many batches one of them sends', async () => {
    const room = new RoomForBatches(() => 1);
    const { begun, ends, command } = commands();
    const [first, second, other] = [entered(room, OURS), entered(room, OURS), entered(room, THEIRS)];
    for (const number of [1, 2, 3]) {
      void first.run(command(`first ${number}`));
      void second.run(command(`second ${number}`));
    }
    for (const number of [1, 2]) void other.run(command(`other ${number}`));
    for (let ended = 0; ended < 8; ended += 1) {
      await settled();
      ends[ended]?.();
    }
    const [ours, theirs] = [
      ['second 1', 'first 2', 'second 2', 'first 3', 'second 3'],
      ['other 1', 'other 2'],
    ];
    expect(begun).toEqual(['first 1', ours[0], theirs[0], ours[1], theirs[1], ...ours.slice(2)]);
  });
});

const enterAll = (room: RoomForBatches, tenantId: string): readonly AdmittedBatch[] => {
  const batch = room.enter(tenantId);
  return batch === undefined ? [] : [batch, ...enterAll(room, tenantId)];
};

describe('the room for batches', () => {
  it('has eight places for one tenant, half of what is left for the next, and for as many as five', () => {
    const room = new RoomForBatches(() => 1);
    const places = ['a', 'b', 'c', 'd', 'e', 'f'].map((tenantId) => enterAll(room, tenantId).length);
    expect(places).toEqual([8, 4, 2, 1, 1, 0]);
  });

  it('has a place again for each batch that has left, once', () => {
    const room = new RoomForBatches(() => 1);
    const [batch] = enterAll(room, OURS);
    batch?.leave();
    batch?.leave();
    expect(enterAll(room, OURS)).toHaveLength(1);
  });

  it('keeps the place of a batch that was left until what it still runs has ended', async () => {
    const room = new RoomForBatches(() => 1);
    const batch = entered(room, OURS);
    enterAll(room, OURS);
    const { ends, command } = commands();
    const both = [batch.run(command('a')), batch.run(() => Promise.resolve('b'))];
    batch.leave();
    await settled();
    expect(room.enter(OURS)).toBeUndefined();
    ends[0]?.();
    expect(await Promise.all(both)).toEqual(['a', 'b']);
    expect(enterAll(room, OURS)).toHaveLength(1);
  });
});
