import { BoundedCache } from './bounded-cache.js';

describe('a bounded cache', () => {
  it('computes a value once, until newer ones have pushed it out', () => {
    const computed: number[] = [];
    const squares = new BoundedCache(2, (key) => {
      computed.push(key);
      return key * key;
    });
    expect([3, 3, 4, 3, 5, 3, 5].map((key) => squares.get(key))).toEqual([9, 9, 16, 9, 25, 9, 25]);
    expect(computed).toEqual([3, 4, 5, 3]);
  });
});
