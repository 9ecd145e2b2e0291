import { durationToMs } from './duration.js';

describe('a duration', () => {
  it.each([
    ['PT2H', 7_200_000],
    ['PT90M', 5_400_000],
    ['PT3S', 3_000],
    ['PT1H30M15S', 5_415_000],
    ['PT0.001S', 1],
    ['PT0H1S', 1_000],
  ])('reads %s', (text, ms) => {
    expect(durationToMs(text)).toBe(ms);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1D',
    'PT1D',
    '2H',
    'pt2h',
    'PT-2H',
    '-PT2H',
    'PT2H ',
    'PT1.5H',
    'PT0.0001S',
    'PT30S1M',
    'PT1e3S',
  ])('takes %p for none', (text) => {
    expect(durationToMs(text)).toBeUndefined();
  });

  it('is above zero (R13)', () => {
    expect(durationToMs('PT0S')).toBeUndefined();
    expect(durationToMs('PT0H0M0.000S')).toBeUndefined();
  });

  it('stays exact, or is none', () => {
    expect(durationToMs('PT999999999H')).toBe(3_599_999_996_400_000);
    expect(durationToMs('PT9999999999H')).toBeUndefined();
  });
});
