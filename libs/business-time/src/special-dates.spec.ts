import type { Instant } from '#kernel';
import { alwaysOpen } from './calendar.js';
import { compileCalendar } from './compiled-calendar.js';

const between = (from: string, to: string) =>
  compileCalendar({ ...alwaysOpen, timeZone: 'Asia/Seoul', holidays: ['2026-12-25', '2026-01-01', '2026-12-25'] })
    .specialDatesBetween(from as Instant, to as Instant)
    .map(({ date }) => date);

describe('the special dates between two instants', () => {
  it.each([
    ['2026-12-24T14:59:59.999Z', '2026-12-24T14:59:59.999Z', []],
    ['2026-12-24T14:59:59.999Z', '2026-12-24T15:00:00.000Z', ['2026-12-25']],
    ['2026-12-25T14:59:59.999Z', '2026-12-25T15:00:00.000Z', ['2026-12-25']],
    ['2026-12-25T15:00:00.000Z', '2027-01-01T00:00:00.000Z', []],
    ['2025-12-31T15:00:00.000Z', '2026-12-31T00:00:00.000Z', ['2026-01-01', '2026-12-25']],
  ])('of Seoul, from %s to %s, are %j', (from, to, dates) => {
    expect(between(from, to)).toEqual(dates);
  });
});
