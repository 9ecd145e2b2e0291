import { requiredField } from '#kernel';
import { validateCalendar } from './validate-calendar.js';

const weekdays = [['09:00', '17:00']];
const valid = {
  timeZone: 'Asia/Seoul',
  week: { '1': weekdays, '5': weekdays },
  holidays: ['2026-12-25'],
  overrides: {},
};

/** What is wrong, as `pointer code`. */
const errorsOf = (input: unknown, pointer?: string): readonly string[] =>
  validateCalendar(input, pointer).map((error) => `${error.pointer} ${error.code}`);

const errorsOfWeek = (week: unknown): readonly string[] => errorsOf({ ...valid, week });

describe('a calendar', () => {
  it('is accepted with lunch breaks, night shifts, whole days and half holidays', () => {
    const week = {
      '1': [
        ['13:00', '18:00'],
        ['09:00', '12:00'],
      ],
      '2': [['22:00', '06:00']],
      '3': [['06:00', '24:00']],
      '4': [['00:00', '24:00']],
      '7': [['20:00', '00:00']],
    };
    const overrides = { '2026-12-24': [['09:00', '12:00']], '2026-12-31': [] };
    expect(errorsOf({ ...valid, week, overrides })).toEqual([]);
  });

  it('may leave out holidays and overrides, and open by overrides alone', () => {
    expect(errorsOf({ timeZone: 'UTC', week: valid.week })).toEqual([]);
    expect(errorsOf({ timeZone: 'UTC', week: {}, overrides: { '2026-12-24': weekdays } })).toEqual([]);
  });

  it('tells everything that is wrong at once', () => {
    const input = {
      timeZone: 'Mars/Olympus',
      week: {
        '1': [
          ['09:00', '12:00'],
          ['25:00', '9:30'],
        ],
        '8': weekdays,
      },
      holidays: ['2026-12-25', '2026-02-30'],
      overrides: { someday: weekdays, '2026-12-24': 'closed' },
    };
    expect(errorsOf(input)).toEqual([
      '#/timeZone unknown-time-zone',
      '#/week/1/1/0 invalid-time',
      '#/week/1/1/1 invalid-time',
      '#/week/8 unknown-weekday',
      '#/holidays/1 invalid-date',
      '#/overrides/someday invalid-date',
      '#/overrides/2026-12-24 invalid-type',
    ]);
  });

  it('is pointed at where it stands in the body', () => {
    expect(errorsOf({ ...valid, timeZone: 1 }, '#/calendar')).toEqual(['#/calendar/timeZone unknown-time-zone']);
    expect(errorsOf({ ...valid, week: { 'a/b~ü\uD800': [] } })).toContain(
      '#/week/a~1b~0%C3%BC%EF%BF%BD unknown-weekday',
    );
  });

  it.each([null, undefined, 7, 'always', [], true])('is an object, not %j', (input) => {
    expect(errorsOf(input)).toEqual(['# invalid-type']);
  });

  it.each([
    '',
    'Nowhere',
    '+09:00',
    'Asia/Seoul ',
    '2026-01-01T00:00Z[Asia/Seoul]',
    'Asia/../Seoul',
    'x'.repeat(10_000),
    null,
  ])('is in an IANA zone, not %j', (timeZone) =>
    expect(errorsOf({ ...valid, timeZone })).toEqual(['#/timeZone unknown-time-zone']),
  );

  it.each(['UTC', 'asia/seoul', 'US/Eastern', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'Etc/GMT+5'])(
    'may be in %s',
    (timeZone) => expect(errorsOf({ ...valid, timeZone })).toEqual([]),
  );

  it.each(['25:00', '24:01', '9:00', '09:60', '09:00:00', '', ' 09:00', '-1:00', '٠٩:٠٠'])('has no time %j', (time) => {
    expect(errorsOfWeek({ '1': [[time, '18:00']] })).toEqual(['#/week/1/0/0 invalid-time']);
    expect(errorsOfWeek({ '1': [['08:00', time]] })).toEqual(['#/week/1/0/1 invalid-time']);
  });

  it('ends at 24:00 but does not start there', () => {
    expect(errorsOfWeek({ '1': [['24:00', '06:00']] })).toEqual(['#/week/1/0/0 invalid-time']);
  });

  it('has no window that ends when it starts', () => {
    expect(errorsOfWeek({ '1': [['09:00', '09:00']] })).toEqual(['#/week/1/0 empty-window']);
    expect(errorsOfWeek({ '1': [['00:00', '00:00']] })).toEqual(['#/week/1/0 empty-window']);
  });

  it.each([[['09:00']], [['09:00', '12:00', '13:00']], ['09:00-12:00'], [[9, 12]], [null], [{}]])(
    'has pairs as windows, not %j',
    (window) => {
      expect(errorsOfWeek({ '1': [window] })).toEqual(['#/week/1/0 invalid-type']);
    },
  );

  it('is told once what it lacks', () => {
    expect(validateCalendar({})).toEqual([
      requiredField('#/timeZone', 'timeZone', 'must be an IANA id such as Asia/Seoul'),
      requiredField('#/week', 'week', 'must be an object of weekdays 1 (Monday) to 7, each a list of [start, end]'),
    ]);
  });

  it('is told which zone there is none of, of a long name its beginning', () => {
    const [error] = validateCalendar({ ...valid, timeZone: `Mars/${'x'.repeat(1_000)}` });
    expect(error?.detail).toBe(
      `A time zone is an IANA id such as Asia/Seoul; none is named "Mars/${'x'.repeat(35)}"….`,
    );
  });

  it.each([null, [], 'Monday'])('has an object of weekdays, not %j', (week) => {
    expect(errorsOfWeek(week)).toEqual(['#/week invalid-type']);
  });

  it('has no overlapping windows, within a day or from one night into the next day', () => {
    expect(
      errorsOfWeek({
        '1': [
          ['09:00', '12:00'],
          ['11:59', '13:00'],
        ],
      }),
    ).toEqual(['#/week/1/1 overlapping-windows']);
    expect(
      errorsOfWeek({
        '1': [
          ['10:00', '11:00'],
          ['09:00', '12:00'],
        ],
      }),
    ).toEqual(['#/week/1/0 overlapping-windows']);
    expect(errorsOfWeek({ '1': [['22:00', '06:00']], '2': [['05:59', '09:00']] })).toEqual([
      '#/week/2/0 overlapping-windows',
    ]);
    expect(errorsOfWeek({ '7': [['22:00', '06:00']], '1': [['05:59', '09:00']] })).toEqual([
      '#/week/1/0 overlapping-windows',
    ]);
    expect(
      errorsOf({
        ...valid,
        overrides: {
          '2026-12-24': [
            ['09:00', '12:00'],
            ['11:00', '13:00'],
          ],
        },
      }),
    ).toEqual(['#/overrides/2026-12-24/1 overlapping-windows']);
  });

  it('may have windows that touch', () => {
    expect(
      errorsOfWeek({
        '7': [['22:00', '06:00']],
        '1': [
          ['06:00', '09:00'],
          ['09:00', '24:00'],
        ],
      }),
    ).toEqual([]);
  });

  it.each([
    '2026-02-30',
    '2026-13-01',
    '2027-02-29',
    '2026-1-1',
    '20261225',
    '',
    '2026-12-25T00:00:00Z',
    20_261_225,
    null,
  ])('has dates that exist, not %j', (date) =>
    expect(errorsOf({ ...valid, holidays: [date] })).toEqual(['#/holidays/0 invalid-date']),
  );

  it('opens at least once (R13)', () => {
    expect(errorsOfWeek({})).toEqual(['#/week never-open']);
    expect(errorsOf({ ...valid, week: { '1': [] }, overrides: { '2026-12-24': [] } })).toEqual(['#/week never-open']);
  });

  it('has at most 20,000 holidays and 20,000 overrides', () => {
    const dates = (count: number): readonly string[] =>
      Array.from(
        { length: count },
        (_, day) => `${1900 + Math.floor(day / 336)}-${pad((Math.floor(day / 28) % 12) + 1)}-${pad((day % 28) + 1)}`,
      );
    const pad = (value: number): string => String(value).padStart(2, '0');
    const overrides = (count: number): unknown => Object.fromEntries(dates(count).map((date) => [date, weekdays]));
    expect(errorsOf({ ...valid, holidays: dates(20_000), overrides: overrides(20_000) })).toEqual([]);
    expect(errorsOf({ ...valid, holidays: dates(20_001), overrides: overrides(20_001) })).toEqual([
      '#/holidays too-many',
      '#/overrides too-many',
    ]);
  });

  it('cannot smuggle a prototype in', () => {
    expect(errorsOf(JSON.parse('{"timeZone":"UTC","week":{"__proto__":[["09:00","17:00"]]}}'))).toEqual([
      '#/week/__proto__ unknown-weekday',
    ]);
  });
});
