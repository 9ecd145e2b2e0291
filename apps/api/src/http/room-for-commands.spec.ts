import { RoomForCommands, ROUND_MS } from './room-for-commands.js';

/** Commands on a server that does so many a second, in the order of their coming. */
const serverOf = (perSecond: number) => {
  let now = 0;
  let freeAt = 0;
  const room = new RoomForCommands(() => now);
  const underWay: { readonly doneAt: number; readonly leave: () => void }[] = [];
  const tookMs: number[] = [];
  let refused = 0;
  let roundAt = 0;
  const settle = (until: number): void => {
    for (; roundAt < until; roundAt += ROUND_MS) {
      leaveUntil(roundAt);
      room.endRound(0);
    }
    leaveUntil(until);
  };
  const leaveUntil = (until: number): void => {
    for (let first = underWay[0]; first !== undefined && first.doneAt <= until; first = underWay[0]) {
      now = first.doneAt;
      first.leave();
      underWay.shift();
    }
    now = until;
  };
  return {
    /** Sends so many a second for a while; the answers of the last second are measured. */
    send: (rate: number, seconds: number) => {
      const [from, count] = [now, rate * seconds];
      refused = 0;
      tookMs.length = 0;
      for (let index = 0; index < count; index += 1) {
        settle(from + (index * 1_000) / rate);
        if (room.isFullBeside(0)) {
          refused += 1;
          continue;
        }
        freeAt = Math.max(freeAt, now) + 1_000 / perSecond;
        if (index >= count - rate) tookMs.push(freeAt - now);
        underWay.push({ doneAt: freeAt, leave: room.enter() });
      }
      return { refused, slowestMs: Math.max(...tookMs), taken: count - refused };
    },
    settle: () => settle(now + 600_000),
    room,
  };
};

describe('the room for commands', () => {
  it('refuses none while the server keeps up', () => {
    expect(serverOf(2_000).send(1_900, 10).refused).toBe(0);
  });

  it('refuses none of a burst that drains in time', () => {
    const server = serverOf(2_000);
    server.send(1_000, 2);
    expect(server.send(500_000, 0.001).refused).toBe(0);
  });

  it('lets in what can be done, and no more, at three times that', () => {
    const { taken, refused, slowestMs } = serverOf(2_000).send(6_000, 20);
    expect(taken).toBeGreaterThan(0.95 * 2_000 * 20);
    expect(refused).toBeGreaterThan(1.9 * 2_000 * 20);
    expect(slowestMs).toBeLessThan(400);
  });

  it('takes all again as soon as there are fewer', () => {
    const server = serverOf(2_000);
    server.send(6_000, 20);
    server.settle();
    server.send(1_000, 2);
    expect(server.send(1_900, 5).refused).toBe(0);
  });

  it('always lets in a few, however slow the server is', () => {
    const server = serverOf(10);
    server.send(1_000, 20);
    server.settle();
    const leave = Array.from({ length: 64 }, () => {
      expect(server.room.isFullBeside(0)).toBe(false);
      return server.room.enter();
    });
    leave.forEach((end) => {
      end();
      end();
    });
    expect(server.room.isFullBeside(0)).toBe(false);
  });

  it('lets in fewer while the process is too busy to look at what arrives', () => {
    const { room } = serverOf(2_000);
    for (let round = 0; round < 20; round += 1) room.endRound(300);
    const leave = Array.from({ length: 64 }, () => room.enter());
    expect(room.isFullBeside(0)).toBe(true);
    leave.forEach((end) => end());
    for (let round = 0; round < 40; round += 1) room.endRound(0);
    Array.from({ length: 500 }, () => room.enter());
    expect(room.isFullBeside(0)).toBe(false);
  });

  it('does not count what batches have beyond their half since it shrank', () => {
    const { room } = serverOf(2_000);
    Array.from({ length: 250 }, () => room.enter());
    for (let round = 0; round < 20; round += 1) room.endRound(300); // 64 are left
    expect(room.isFullBeside(0)).toBe(true);
    expect(room.isFullBeside(250)).toBe(false);
    Array.from({ length: 31 }, () => room.enter());
    expect(room.isFullBeside(250)).toBe(false);
    room.enter();
    expect(room.isFullBeside(250)).toBe(true);
  });
});
