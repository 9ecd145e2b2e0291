import type { Instant } from '#kernel';
import { alwaysOpen, type CalendarInput } from './calendar.js';
import { compileCalendar } from './compiled-calendar.js';

const seoul = {
  ...alwaysOpen,
  timeZone: 'Asia/Seoul',
  holidays: ['2026-12-25', '2026-01-01', '2026-12-25'],
} satisfies CalendarInput;
const nights = { ...seoul, week: { '5': [['22:00', '06:00']] } } satisfies CalendarInput;

const between = (calendar: CalendarInput, from: string, to: string) =>
  compileCalendar(calendar)
    .specialDatesBetween(from as Instant, to as Instant)
    .map(({ date }) => date);

describe('the special dates between two instants', () => {
  it.each([
    ['2026-12-24T14:59:59.999Z', '2026-12-24T14:59:59.999Z', []],
    ['2026-12-24T14:59:59.999Z', '2026-12-24T15:00:00.000Z', []],
    ['2026-12-24T14:59:59.999Z', '2026-12-24T15:00:00.001Z', ['2026-12-25']],
    ['2026-12-24T15:00:00.000Z', '2026-12-24T15:00:00.000Z', ['2026-12-25']],
    ['2026-12-25T14:59:59.999Z', '2026-12-25T15:00:00.000Z', ['2026-12-25']],
    ['2026-12-25T15:00:00.000Z', '2027-01-01T00:00:00.000Z', []],
    ['2025-12-31T15:00:00.000Z', '2026-12-31T00:00:00.000Z', ['2026-01-01', '2026-12-25']],
  ])('of Seoul, from %s to %s, are %j', (from, to, dates) => {
    expect(between(seoul, from, to)).toEqual(dates);
  });

  it('begin the day before, where windows reach into the next', () => {
    const afterMidnight = ['2026-12-25T17:00:00.000Z', '2026-12-25T21:00:00.000Z'] as const;
    expect(between(nights, ...afterMidnight)).toEqual(['2026-12-25']);
    expect(between(seoul, ...afterMidnight)).toEqual([]);
  });
});
