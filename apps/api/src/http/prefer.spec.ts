import { waitIn } from './prefer.js';

describe('Prefer: wait', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['wait=5', 5],
    ['Wait = "5"', 5],
    ['respond-async, wait=10', 10],
    ['wait=10; foo=bar', 10],
    ['wait=1, wait=9', 1],
    ['wait, wait=9', undefined],
    ['wait=soon, wait=9', undefined],
    ['wait=0', 0],
    ['wait=99999', 30],
    ['wait=-1', undefined],
    ['wait=1.5', undefined],
    ['waiting=7', undefined],
    ['return=minimal', undefined],
  ])('in %p asks for %p seconds', (header, seconds) => {
    expect(waitIn(header)).toBe(seconds);
  });
});
