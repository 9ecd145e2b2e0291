import { comparePositions } from '../event-store.js';
import { decodePosition, encodePosition } from './positions.js';

describe('positions of KurrentDB', () => {
  it.each([
    [{ commit: 1234n, prepare: 1234n }, '1234'],
    [{ commit: 1234n, prepare: 1200n }, '1234.1200'],
    [{ commit: 1234n, prepare: 0n }, '1234.0'],
  ])('are written and read again: %p', (position, text) => {
    expect(encodePosition(position)).toBe(text);
    expect(decodePosition(text)).toEqual(position);
  });

  it('begin before every event', () => {
    expect([decodePosition(undefined), decodePosition('0')]).toEqual([undefined, undefined]);
  });

  it('are ordered by commit, then by prepare, as numbers', () => {
    const ordered = [undefined, '0', '9', '10.0', '10.2', '10', '100.99', '18446744073709551615'];
    expect([...ordered].reverse().sort(comparePositions).slice(0, -1)).toEqual(ordered.slice(1));
    for (const [index, position] of ordered.entries()) {
      expect(comparePositions(position, position)).toBe(0);
      expect(comparePositions(ordered[index - 1], position)).toBe(index === 0 ? 0 : -1);
    }
  });
});
