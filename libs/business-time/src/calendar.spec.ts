import { alwaysOpen, type Calendar, compileCalendar, normalizeCalendar, validateCalendar } from './index.js';

const HOUR = 3_600_000;
const weekday = [['09:00', '17:00']] as const;

describe('the calendar always', () => {
  it('is valid and opens around the clock', () => {
    expect(validateCalendar(alwaysOpen)).toEqual([]);
    expect(compileCalendar(alwaysOpen).openMsBetween(0, 24 * HOUR)).toBe(24 * HOUR);
  });
});

describe('the normal form', () => {
  it('sorts everything, tells holidays once and leaves closed weekdays out, but not closed dates', () => {
    const spelled: Calendar = {
      timeZone: 'asia/seoul',
      week: {
        '7': [],
        '1': [
          ['13:00', '18:00'],
          ['09:00', '12:00'],
        ],
      },
      holidays: ['2026-12-26', '2026-12-25', '2026-12-26'],
      overrides: { '2026-12-31': [], '2026-12-24': [['09:00', '12:00']] },
    };
    expect(JSON.stringify(normalizeCalendar(spelled))).toBe(
      JSON.stringify({
        timeZone: 'Asia/Seoul',
        week: {
          '1': [
            ['09:00', '12:00'],
            ['13:00', '18:00'],
          ],
        },
        holidays: ['2026-12-25', '2026-12-26'],
        overrides: { '2026-12-24': [['09:00', '12:00']], '2026-12-31': [] },
      }),
    );
  });

  it('adds the lists that were left out', () => {
    expect(normalizeCalendar({ timeZone: 'UTC', week: { '1': weekday } })).toEqual({
      timeZone: 'UTC',
      week: { '1': weekday },
      holidays: [],
      overrides: {},
    });
  });
});

describe('a compiled calendar', () => {
  it('is made once for the same object', () => {
    expect(compileCalendar(alwaysOpen)).toBe(compileCalendar(alwaysOpen));
    expect(compileCalendar({ ...alwaysOpen })).not.toBe(compileCalendar(alwaysOpen));
  });

  it('is refused with all field errors', () => {
    const refusal = (): unknown => {
      try {
        return compileCalendar({ timeZone: 'Nowhere', week: {} });
      } catch (error) {
        return error;
      }
    };
    expect(refusal()).toMatchObject({
      kind: 'invalid',
      code: 'invalid-calendar',
      details: { errors: [{ pointer: '#/timeZone' }, { pointer: '#/week' }] },
    });
  });
});
