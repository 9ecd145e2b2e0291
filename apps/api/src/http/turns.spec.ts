import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turns } from './turns.js';

describe('turns', () => {
  it('do a little at once, and the rest in its order, some in each turn', async () => {
    const turns = new Turns(() => 0);
    const done: number[] = [];
    for (let work = 0; work < 20; work += 1) turns.take(() => done.push(work));
    expect(done).toHaveLength(8);
    await nextTurn();
    expect(done).toHaveLength(16);
    turns.take(() => done.push(20));
    expect(done).toHaveLength(16);
    await nextTurn();
    expect(done).toEqual(Array.from({ length: 21 }, (_, work) => work));
  });

  it('do as much at once again after a quiet turn', async () => {
    const turns = new Turns(() => 0);
    let done = 0;
    for (let round = 0; round < 3; round += 1) {
      for (let work = 0; work < 8; work += 1) turns.take(() => (done += 1));
      expect(done).toBe(8 * (round + 1));
      await nextTurn();
    }
  });

  it('do more after a turn that lasted long', async () => {
    let now = 0;
    const turns = new Turns(() => now);
    let done = 0;
    for (let work = 0; work < 100; work += 1) turns.take(() => (done += 1));
    now = 80;
    await nextTurn();
    expect(done).toBe(8 + 20);
    now = 82;
    await nextTurn();
    expect(done).toBe(8 + 20 + 8);
  });
});
