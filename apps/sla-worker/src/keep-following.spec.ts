import { keepFollowing } from './keep-following.js';

describe('following', () => {
  it('is begun again after a failure, ever more seldom, until it is aborted', async () => {
    const ended = new AbortController();
    const told: string[] = [];
    const log = { error: (_: object, message: string) => told.push(message) };
    const pausesS: number[] = [];
    const pause = async (ms: number): Promise<void> => {
      if (pausesS.push(ms / 1_000) === 8) ended.abort();
    };
    const follow = () => Promise.reject(new Error('damaged'));
    await keepFollowing('Arming new deadlines', follow, log as never, ended.signal, pause);
    expect(pausesS).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(told[0]).toBe('Arming new deadlines failed; it is begun again in 1 s');
  });

  it('ends with what it follows, as when the store is closed first', async () => {
    let begun = 0;
    const follow = async (): Promise<void> => {
      begun += 1;
    };
    await keepFollowing('Arming', follow, { error: () => undefined }, new AbortController().signal);
    expect(begun).toBe(1);
  });
});
