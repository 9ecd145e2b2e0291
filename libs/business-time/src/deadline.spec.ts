import { type Instant, instantFromMs } from '#kernel';
import {
  addOpenTime,
  alwaysOpen,
  type Calendar,
  compileCalendar,
  nextOpening,
  openTimeBetween,
  percentPoint,
} from './index.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const at = (text: string): Instant => instantFromMs(Date.parse(text));
const due = (text: string) => ({ kind: 'due', at: at(text) });

const nineToSix = [['09:00', '18:00']] as const;
const korea: Calendar = {
  timeZone: 'Asia/Seoul',
  week: { '1': nineToSix, '2': nineToSix, '3': nineToSix, '4': nineToSix, '5': nineToSix },
  holidays: [],
  overrides: {},
};
const always = compileCalendar(alwaysOpen);
const seoul = compileCalendar(korea);

/** Mondays in Seoul, 2026. */
const monday = (time: string): Instant => at(`2026-07-13T${time}+09:00`);

const openOn = (timeZone: string, date: string, ...windows: readonly (readonly [string, string])[]): Calendar => ({
  timeZone,
  week: {},
  holidays: [],
  overrides: { [date]: windows },
});

/** The open time of a calendar that only opens on one date. */
const openMsOn = (...calendar: Parameters<typeof openOn>): number => {
  const middle = Date.parse(calendar[1]);
  return openTimeBetween(
    compileCalendar(openOn(...calendar)),
    instantFromMs(middle - 5 * DAY),
    instantFromMs(middle + 5 * DAY),
  );
};

describe('a deadline', () => {
  it('is closing time when the budget runs out then, not the next opening (R5)', () => {
    expect(addOpenTime(seoul, monday('14:00'), 4 * HOUR)).toEqual(due('2026-07-13T18:00+09:00'));
    expect(addOpenTime(seoul, monday('14:00'), 4 * HOUR + 1)).toEqual(due('2026-07-14T09:00:00.001+09:00'));
  });

  it('is the start of a pause when the budget runs out then, even of one that never ends', () => {
    expect(addOpenTime(seoul, monday('10:00'), HOUR, [{ from: monday('11:00'), to: monday('12:00') }])).toEqual(
      due(monday('11:00')),
    );
    expect(addOpenTime(seoul, monday('10:00'), HOUR, [{ from: monday('11:00'), to: null }])).toEqual(
      due(monday('11:00')),
    );
  });

  it('is unknown while a pause is open (R7)', () => {
    expect(addOpenTime(seoul, monday('10:00'), HOUR, [{ from: monday('10:59'), to: null }])).toEqual({
      kind: 'paused',
    });
    expect(addOpenTime(seoul, monday('10:00'), HOUR, [{ from: monday('09:00'), to: null }])).toEqual({
      kind: 'paused',
    });
  });

  it('is not moved by a pause that ended before the start, took no time or ends before it begins', () => {
    const pauses = [
      { from: monday('08:00'), to: monday('10:00') },
      { from: monday('10:30'), to: monday('10:30') },
      { from: monday('10:50'), to: monday('10:20') },
    ];
    expect(addOpenTime(seoul, monday('10:00'), HOUR, pauses)).toEqual(due(monday('11:00')));
  });

  it('takes budgets of milliseconds', () => {
    expect(addOpenTime(always, at('2026-07-13T00:00Z'), 1)).toEqual(due('2026-07-13T00:00:00.001Z'));
  });

  it.each([0, -1, 0.5, NaN, Infinity])('is refused for a budget of %d (R13)', (budgetMs) => {
    expect(() => addOpenTime(always, at('2026-07-13T00:00Z'), budgetMs)).toThrow(
      'A budget is a whole number of milliseconds above 0',
    );
  });

  it('is found ten years on, however long it was paused besides (R13)', () => {
    const start = at('2026-02-28T12:00Z');
    expect(addOpenTime(always, start, 3_653 * DAY)).toEqual(due('2036-02-29T12:00Z'));
    expect(
      addOpenTime(always, start, 3_653 * DAY, [{ from: at('2030-01-01T00:00Z'), to: at('2130-01-01T00:00Z') }]),
    ).toEqual(due('2136-02-29T12:00Z'));
    const once = compileCalendar(openOn('UTC', '2036-02-28', ['09:00', '10:00']));
    expect(addOpenTime(once, start, HOUR)).toEqual(due('2036-02-28T10:00Z'));
  });

  it('is unreachable when the calendar never has the time for it', () => {
    const once = compileCalendar(openOn('UTC', '2026-07-13', ['09:00', '10:00']));
    expect(addOpenTime(once, at('2026-07-01T00:00Z'), HOUR + 1)).toEqual({ kind: 'unreachable' });
    expect(addOpenTime(once, at('2026-07-13T09:00:00.001Z'), HOUR)).toEqual({ kind: 'unreachable' });
    expect(addOpenTime(always, at('2026-07-13T00:00Z'), Number.MAX_SAFE_INTEGER)).toEqual({ kind: 'unreachable' });
  });

  it('is searched for as long as the clock runs, not anew after every pause', () => {
    const once = compileCalendar(openOn('UTC', '2041-07-13', ['09:00', '10:00']));
    const pauses = ['2030', '2035', '2040'].map((year) => ({
      from: at(`${year}-01-01T00:00Z`),
      to: at(`${year}-01-02T00:00Z`),
    }));
    expect(addOpenTime(once, at('2026-07-13T00:00Z'), HOUR, pauses)).toEqual({ kind: 'unreachable' });
  });

  it('is right in the first year, and up to the last millisecond of year 9999', () => {
    expect(addOpenTime(always, at('0001-01-01T00:00Z'), DAY)).toEqual(due('0001-01-02T00:00Z'));
    expect(addOpenTime(seoul, at('0001-01-01T00:00Z'), 9 * HOUR)).toEqual(due('0001-01-01T09:32:08Z'));
    expect(addOpenTime(always, at('9999-12-31T00:00Z'), DAY - 1)).toEqual(due('9999-12-31T23:59:59.999Z'));
    expect(addOpenTime(always, at('9999-12-31T00:00Z'), DAY)).toEqual({ kind: 'unreachable' });
    expect(addOpenTime(seoul, at('9999-12-31T23:59:59.999Z'), 1)).toEqual({ kind: 'unreachable' });
  });
});

describe('open time', () => {
  it('is counted without pauses, closed hours and what lies before', () => {
    const pauses = [
      { from: monday('11:00'), to: monday('12:30') },
      { from: monday('17:00'), to: null },
    ];
    expect(openTimeBetween(seoul, monday('08:00'), monday('20:00'))).toBe(9 * HOUR);
    expect(openTimeBetween(seoul, monday('08:00'), monday('20:00'), pauses)).toBe(6.5 * HOUR);
    expect(openTimeBetween(seoul, monday('20:00'), monday('08:00'), pauses)).toBe(0);
    expect(openTimeBetween(seoul, monday('10:00'), monday('10:00'))).toBe(0);
  });

  it('adds up over years', () => {
    expect(openTimeBetween(always, at('2000-01-01T00:00Z'), at('2030-01-01T00:00Z'))).toBe(10_958 * DAY);
  });

  it.each(['Pacific/Pago_Pago', 'Pacific/Kiritimati'])(
    'loses nothing of long windows far from Greenwich, %s',
    (timeZone) => {
      const calendar = compileCalendar({ timeZone, week: { '3': [['23:59', '23:58']] } });
      const mondays = Array.from({ length: 300 }, (_, week) =>
        instantFromMs(Date.parse('2020-01-06T12:00Z') + week * 7 * DAY),
      );
      const openMs = mondays.slice(1).map((to, week) => openTimeBetween(calendar, mondays[week] ?? to, to));
      expect(new Set(openMs)).toEqual(new Set([DAY - 60_000]));
    },
  );

  it('is longer or shorter on a day when the clocks change (R3)', () => {
    expect(openMsOn('America/New_York', '2026-03-08', ['00:00', '08:00'])).toBe(7 * HOUR);
    expect(openMsOn('America/New_York', '2026-11-01', ['00:00', '08:00'])).toBe(9 * HOUR);
    expect(openMsOn('America/New_York', '2026-11-01', ['00:00', '24:00'])).toBe(25 * HOUR);
  });

  it('ends a window at the first of two equal times, and opens it there (R2)', () => {
    expect(openMsOn('America/New_York', '2026-11-01', ['00:00', '01:30'])).toBe(1.5 * HOUR);
    expect(openMsOn('America/New_York', '2026-11-01', ['01:30', '03:00'])).toBe(2.5 * HOUR);
  });

  it('is nothing in a window whose end the gap moves before its start, or onto it (R2)', () => {
    expect(openMsOn('America/New_York', '2026-03-08', ['02:30', '03:15'])).toBe(0);
    expect(openMsOn('America/New_York', '2026-03-08', ['02:30', '03:30'])).toBe(0);
  });

  it('counts once where a gap moves one window over another', () => {
    expect(openMsOn('America/New_York', '2026-03-08', ['01:00', '02:45'], ['03:00', '04:00'])).toBe(2 * HOUR);
  });

  it('does not exist on a date that does not', () => {
    expect(openMsOn('Pacific/Apia', '2011-12-30', ['09:00', '17:00'])).toBe(0);
    expect(openMsOn('Pacific/Apia', '2011-12-29', ['22:00', '06:00'])).toBe(8 * HOUR);
  });

  it('belongs to the date on which its window starts (R4)', () => {
    const nightly: Calendar = {
      timeZone: 'UTC',
      week: { '1': [['22:00', '06:00']], '2': [['22:00', '06:00']] },
      holidays: [],
      overrides: {},
    };
    const openMs = (change: Partial<Calendar>): number =>
      openTimeBetween(compileCalendar({ ...nightly, ...change }), at('2026-07-13T00:00Z'), at('2026-07-15T12:00Z'));
    expect(openMs({})).toBe(16 * HOUR);
    expect(openMs({ holidays: ['2026-07-14'] })).toBe(8 * HOUR);
    expect(openMs({ holidays: ['2026-07-15'] })).toBe(16 * HOUR);
    expect(openMs({ overrides: { '2026-07-14': [['05:00', '07:00']] } })).toBe(9 * HOUR);
  });

  it('follows an override on a holiday (R4)', () => {
    const halfDay = { ...korea, holidays: ['2026-07-13'], overrides: { '2026-07-13': [['09:00', '12:00']] as const } };
    expect(openTimeBetween(compileCalendar(halfDay), monday('00:00'), monday('23:00'))).toBe(3 * HOUR);
  });
});

describe('a warning', () => {
  it('comes at a percent of open time, not of wall time (R11)', () => {
    const friday = at('2026-07-10T17:30+09:00');
    const points = [50, 75, 90, 100].map((percent) => percentPoint(seoul, friday, 4 * HOUR, percent));
    expect(points).toEqual([
      due('2026-07-13T10:30+09:00'),
      due('2026-07-13T11:30+09:00'),
      due('2026-07-13T12:06+09:00'),
      due('2026-07-13T12:30+09:00'),
    ]);
  });

  it('is rounded up to a millisecond', () => {
    expect(percentPoint(always, at('2026-07-13T00:00Z'), 5, 50)).toEqual(due('2026-07-13T00:00:00.003Z'));
  });
});

describe('the next opening', () => {
  it('is now while open, and the start of the next window otherwise', () => {
    expect(nextOpening(seoul, monday('09:00'))).toBe(monday('09:00'));
    expect(nextOpening(seoul, monday('17:59:59.999'))).toBe(monday('17:59:59.999'));
    expect(nextOpening(seoul, at('2026-07-10T18:00+09:00'))).toBe(monday('09:00'));
  });

  it('is none when the calendar opens no more', () => {
    const past = compileCalendar(openOn('UTC', '2020-01-01', ['09:00', '10:00']));
    expect(nextOpening(past, at('2026-07-13T00:00Z'))).toBeUndefined();
  });
});
