import fc from 'fast-check';
import { at, propertyRuns } from '#testing';
import { readHolidays } from './read-holidays.js';

const NOW = at('2026-07-13T00:00');

const event = (...lines: readonly string[]): string =>
  ['BEGIN:VEVENT', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n');
const file = (...events: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
const allDay = (...lines: readonly string[]): string => file(event('UID:a', 'DTSTART;VALUE=DATE:20260105', ...lines));

const datesOf = (text: string): readonly string[] | undefined => {
  const read = readHolidays(text, NOW);
  expect(read.errors).toBeUndefined();
  return read.errors === undefined ? read.dates : undefined;
};
const errorsOf = (text: string): readonly string[] =>
  (readHolidays(text, NOW).errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

describe('holidays of an iCalendar file', () => {
  it('are its events of whole days', () => {
    expect(datesOf(file(event('UID:b', 'DTSTART;VALUE=DATE:20261225'), event('DTSTART;VALUE=DATE:20270101')))).toEqual([
      '2026-12-25',
      '2027-01-01',
    ]);
  });

  it('leave out events of hours, and cancelled ones, and say how many', () => {
    const timed = event('UID:b', 'DTSTART:20261224T120000Z');
    const off = event('UID:c', 'DTSTART;VALUE=DATE:20261224', 'STATUS:CANCELLED');
    expect(readHolidays(file(timed, event('UID:d', 'DTSTART;VALUE=DATE:20261225'), off), NOW)).toMatchObject({
      dates: ['2026-12-25'],
      skippedEvents: 2,
    });
  });

  it('are told with the events that count for nothing: how many, why, and the first', () => {
    const whole = event('DTSTART;VALUE=DATE:20261225');
    const lunch = event('DTSTART;TZID=Asia/Seoul:20261224T120000', `SUMMARY:Lunch ${'x'.repeat(100)}`);
    const read = readHolidays(file(whole, lunch, event('SUMMARY:Some day'), event('DTSTART:20270101T000000Z')), NOW);
    expect(read).toMatchObject({ dates: ['2026-12-25'], skippedEvents: 3 });
    const detail =
      '2 events are not of whole days (DTSTART;VALUE=DATE) and left out; ' +
      `the first is #/events/1, "Lunch ${'x'.repeat(54)}".`;
    expect(read.leftOut).toEqual([
      { pointer: '#/events/1', code: 'timed-events', detail },
      {
        pointer: '#/events/2',
        code: 'events-without-start',
        detail: 'One event is without a start (DTSTART) and left out; the first is #/events/2, "Some day".',
      },
    ]);
  });

  it('are told alone when all others are cancelled, or in what is no event', () => {
    const off = event('DTSTART:20261224T120000Z', 'STATUS:CANCELLED');
    const task = 'BEGIN:VTODO\r\nDTSTART:20261224T120000Z\r\nEND:VTODO';
    expect(readHolidays(file(event('DTSTART;VALUE=DATE:20261225'), off, task), NOW).leftOut).toEqual([]);
  });

  it.each([
    ['DTEND;VALUE=DATE:20260108', ['2026-01-05', '2026-01-06', '2026-01-07']],
    ['DURATION:P2D', ['2026-01-05', '2026-01-06']],
    ['DURATION:P1W', 7],
    ['DTEND;VALUE=DATE:20260106', ['2026-01-05']],
  ])('cover each day of an event: %s', (line, expected) => {
    const dates = datesOf(allDay(line));
    expect(typeof expected === 'number' ? dates?.length : dates).toEqual(expected);
  });

  it.each([
    ['FREQ=YEARLY;COUNT=3', ['2026-01-05', '2027-01-05', '2028-01-05']],
    ['FREQ=YEARLY;UNTIL=20270105', ['2026-01-05', '2027-01-05']],
    ['FREQ=YEARLY;UNTIL=20270104T235959Z', ['2026-01-05']],
    ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20271231', ['2026-01-05', '2026-11-26', '2027-11-25']],
    ['FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;UNTIL=20271231', ['2026-01-05', '2026-05-25', '2027-05-31']],
    ['FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20260401', ['2026-01-05', '2026-01-31', '2026-03-31']],
    ['FREQ=WEEKLY;WKST=SU;BYDAY=MO,FR;UNTIL=20260113', ['2026-01-05', '2026-01-09', '2026-01-12']],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE;COUNT=2', ['2026-01-05', '2026-01-06']],
    ['FREQ=DAILY;INTERVAL=2;COUNT=3', ['2026-01-05', '2026-01-07', '2026-01-09']],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', ['2026-01-05']],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20260228', ['2026-01-05', '2026-01-30', '2026-02-27']],
  ])('follow the rule %s', (rule, expected) => {
    expect(datesOf(allDay(`RRULE:${rule}`))).toEqual(expected);
  });

  it.each([
    ['20251231', 'FREQ=YEARLY;BYDAY=53WE', ['2025-12-31', '2031-12-31']],
    ['20250101', 'FREQ=YEARLY;BYDAY=-53WE', ['2031-01-01', '2036-01-02']],
    ['20251231', 'FREQ=YEARLY;BYDAY=53WE,53TH;COUNT=4', ['2025-12-31', '2026-12-31', '2031-12-31', '2032-12-30']],
    ['20261231', 'FREQ=YEARLY;BYDAY=53TH;INTERVAL=3', ['2026-12-31', '2032-12-30']],
    ['20281231', 'FREQ=YEARLY;BYYEARDAY=366', ['2028-12-31', '2032-12-31']],
    ['20280101', 'FREQ=YEARLY;BYYEARDAY=-366', ['2028-01-01', '2032-01-01', '2036-01-01']],
    ['20280101', 'FREQ=YEARLY;BYYEARDAY=1;BYDAY=SA', ['2028-01-01', '2033-01-01']],
    ['20240229', 'FREQ=YEARLY', ['2028-02-29', '2032-02-29', '2036-02-29']],
    ['20261228', 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO', ['2026-12-28', '2032-12-27']],
    ['20270101', 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR', ['2027-01-01', '2032-12-31']],
    ['20251229', 'FREQ=YEARLY;BYWEEKNO=-53;BYDAY=MO', ['2025-12-29', '2031-12-29']],
    ['20251229', 'FREQ=YEARLY;BYWEEKNO=1;COUNT=2', ['2025-12-29', '2027-01-04']],
    ['20260130', 'FREQ=MONTHLY;BYDAY=5FR;COUNT=3', ['2026-01-30', '2026-05-29', '2026-07-31']],
    ['20260101', 'FREQ=MONTHLY;BYMONTHDAY=-31;COUNT=3', ['2026-01-01', '2026-03-01', '2026-05-01']],
    ['20260330', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5;COUNT=3', ['2026-03-30', '2026-06-29', '2026-08-31']],
  ])('pass over years and months that lack the day: from %s, %s', (start, rule, expected) => {
    expect(datesOf(file(event(`DTSTART;VALUE=DATE:${start}`, `RRULE:${rule}`)))).toEqual(expected);
  });

  it('follow a rule without end from a year ago to ten years ahead', () => {
    const read = readHolidays(file(event('UID:a', 'DTSTART;VALUE=DATE:19700713', 'RRULE:FREQ=YEARLY')), NOW);
    expect(read).toMatchObject({ from: '2025-07-13', to: '2036-07-13' });
    expect(read.errors === undefined && [read.dates.length, read.dates[0], read.dates.at(-1)]).toEqual([
      12,
      '2025-07-13',
      '2036-07-13',
    ]);
  });

  it('reach into the range with the last of their days', () => {
    const span = event(
      'UID:a',
      'DTSTART;VALUE=DATE:20240711',
      'DTEND;VALUE=DATE:20240715',
      'RRULE:FREQ=YEARLY;COUNT=2',
    );
    expect(datesOf(file(span))).toEqual(['2025-07-13', '2025-07-14']);
  });

  it('obey exceptions, further dates and replaced occurrences', () => {
    const yearly = event(
      'UID:a',
      'DTSTART;VALUE=DATE:20260105',
      'RRULE:FREQ=YEARLY;COUNT=4',
      'EXDATE;VALUE=DATE:20270105',
      'RDATE;VALUE=DATE:20260301',
    );
    const moved = event('UID:a', 'RECURRENCE-ID;VALUE=DATE:20280105', 'DTSTART;VALUE=DATE:20280107');
    expect(datesOf(file(yearly, moved))).toEqual(['2026-01-05', '2026-03-01', '2028-01-07', '2029-01-05']);
    const off = event('UID:a', 'RECURRENCE-ID;VALUE=DATE:20290105', 'DTSTART;VALUE=DATE:20290105', 'STATUS:CANCELLED');
    expect(datesOf(file(yearly, off))).toEqual(['2026-01-05', '2026-03-01', '2028-01-05']);
  });

  it('are those of all calendars in it', () => {
    const second = file(event('UID:b', 'DTSTART;VALUE=DATE:20261225'));
    expect(datesOf(allDay() + second)).toEqual(['2026-01-05', '2026-12-25']);
    expect(errorsOf(allDay() + file(event('DTSTART;VALUE=DATE:20260230')))).toEqual([
      '#/events/1/dtstart invalid-date',
    ]);
  });

  it('may come with other line ends, folds and a byte order mark', () => {
    const text = `\uFEFF${allDay('SUMMARY:A long\r\n  name')}`.replaceAll('\r\n', '\n');
    expect(datesOf(text)).toEqual(['2026-01-05']);
  });
});

describe('a file that is refused', () => {
  it.each([
    ['nothing', ''],
    ['prose', 'hello'],
    ['JSON', '{"a":1}'],
    ['HTML', '<html></html>'],
    ['half a file', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT'],
    ['a business card', 'BEGIN:VCARD\r\nEND:VCARD'],
    ['a calendar and a business card', `${allDay()}BEGIN:VCARD\r\nEND:VCARD\r\n`],
    ['nesting without end', `BEGIN:VCALENDAR\r\n${'BEGIN:VEVENT\r\n'.repeat(15_000)}`],
  ])('is none: %s', (_, text) => {
    expect(errorsOf(text)).toEqual(['# not-icalendar']);
  });

  it.each([
    ['RRULE:FREQ=SECONDLY', '#/events/0/rrule recurs-too-often'],
    ['RRULE:FREQ=HOURLY;COUNT=3', '#/events/0/rrule recurs-too-often'],
    ['RRULE:FREQ=DAILY', '#/events/0/rrule recurs-too-often'],
    ['RRULE:FREQ=DAILY;COUNT=1000000', '#/events/0/rrule recurs-too-often'],
    ['RRULE:FREQ=YEARLY;COUNT=1000000', '#/events/0/rrule recurs-too-often'],
    ['RRULE:FREQ=YEARLY;BYHOUR=1,2,3;BYMINUTE=1,2,3', '#/events/0/rrule unsupported-rule'],
    ['RRULE:FREQ=YEARLY;BYEASTER=1', '#/events/0/rrule unsupported-rule'],
    ['EXRULE:FREQ=YEARLY;INTERVAL=2', '#/events/0/exrule unsupported-rule'],
    ['DTEND;VALUE=DATE:20260105', '#/events/0/dtend length'],
    ['DTEND;VALUE=DATE:20250101', '#/events/0/dtend length'],
    ['DTEND;VALUE=DATE:20300101', '#/events/0/dtend length'],
    ['DTEND;VALUE=DATE:20261399', '#/events/0/dtend invalid-date'],
    ['DURATION:PT1H', '#/events/0/duration length'],
    ['EXDATE;VALUE=DATE:20260230', '#/events/0/exdate invalid-date'],
    ['RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20270105', '#/events/0/recurrence-id unsupported-range'],
  ])('has an event with %s', (line, expected) => {
    expect(errorsOf(allDay(line))).toContain(expected);
  });

  it.each([
    'FREQ=FORTNIGHTLY',
    'COUNT=3',
    'FREQ=YEARLY;FREQ=MONTHLY',
    'FREQ=YEARLY;COUNT=many',
    'FREQ=YEARLY;COUNT=0',
    'FREQ=YEARLY;INTERVAL=0',
    'FREQ=YEARLY;INTERVAL=-1',
    'FREQ=YEARLY;UNTIL=20270230',
    'FREQ=YEARLY;BYMONTH=13',
    'FREQ=YEARLY;BYMONTH=-1',
    'FREQ=YEARLY;BYDAY=0MO',
    'FREQ=YEARLY;BYDAY=54MO',
    'FREQ=YEARLY;BYDAY=XX',
    'FREQ=YEARLY;BYYEARDAY=367',
    'FREQ=YEARLY;BYSETPOS=1',
    'FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO',
    'FREQ=MONTHLY;BYWEEKNO=20',
    'FREQ=MONTHLY;BYYEARDAY=20',
    'FREQ=WEEKLY;BYDAY=5MO',
    'FREQ=WEEKLY;BYMONTHDAY=5',
  ])('has a rule that is none: %s', (rule) => {
    expect(errorsOf(allDay(`RRULE:${rule}`))).toEqual(['#/events/0/rrule invalid-rule']);
  });

  it('has a day that is written as a time', () => {
    const text = file(event('DTSTART;VALUE=DATE:20261225'), event('DTSTART:20270101'));
    expect(readHolidays(text, NOW).errors).toEqual([
      {
        pointer: '#/events/1/dtstart',
        code: 'invalid-date',
        detail: 'Without VALUE=DATE it is a time, and has none. Give a whole day as DTSTART;VALUE=DATE:20270101.',
      },
    ]);
  });

  it('has a day that is none', () => {
    expect(errorsOf(file(event('UID:a', 'DTSTART;VALUE=DATE:20260230')))).toEqual(['#/events/0/dtstart invalid-date']);
  });

  it.each(['METHOD:CANCEL', 'METHOD:cancel'])('calls its events off: %s', (method) => {
    const cancelling = allDay().replace('VERSION:2.0', `VERSION:2.0\r\n${method}`);
    expect(errorsOf(cancelling)).toEqual(['#/method cancellation']);
    expect(errorsOf(allDay() + cancelling)).toEqual(['#/method cancellation']);
    expect(datesOf(cancelling.replace(method, 'METHOD:PUBLISH'))).toEqual(['2026-01-05']);
  });

  it.each([
    ['no event', file()],
    ['events of hours only', file(event('UID:a', 'DTSTART:20260105T090000Z'))],
    ['events of long ago only', file(event('UID:a', 'DTSTART;VALUE=DATE:19700101'))],
  ])('has %s', (_, text) => {
    expect(errorsOf(text)).toEqual(['#/events no-holidays']);
  });

  it('has events of hours only, and is told so', () => {
    const [error] = readHolidays(file(event('DTSTART:20260105T090000Z')), NOW).errors ?? [];
    expect(error?.detail).toMatch(/ One event is not of whole days .* the first is #\/events\/0\.$/);
  });

  it('has many rules that are each allowed', () => {
    const weekly = (uid: number) => event(`UID:${uid}`, 'DTSTART;VALUE=DATE:19900101', 'RRULE:FREQ=WEEKLY');
    expect(errorsOf(file(weekly(1), weekly(2), weekly(3), weekly(4), weekly(5)))).toContain(
      '#/events/4/rrule recurs-too-often',
    );
  });

  it('covers days over and over', () => {
    const long = (uid: number) =>
      event(`UID:${uid}`, 'DTSTART;VALUE=DATE:20260101', 'DTEND;VALUE=DATE:20270101', 'RRULE:FREQ=WEEKLY;COUNT=100');
    expect(errorsOf(file(long(1), long(2)))).toEqual(['#/events/1 too-many-days']);
  });
});

describe('whatever a rule says', () => {
  const list = (from: number, to: number) =>
    fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: 8 }).map((numbers) => numbers.join());
  const weekdays = fc
    .uniqueArray(fc.tuple(fc.constantFrom('', '1', '5', '-1', '53'), fc.constantFrom('MO', 'TH', 'SU')), {
      minLength: 1,
    })
    .map((days) => days.map((day) => day.join('')).join());
  const rule = fc
    .record(
      {
        FREQ: fc.constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY'),
        INTERVAL: fc.integer({ min: 1, max: 400 }),
        COUNT: fc.integer({ min: 1, max: 3_000 }),
        UNTIL: fc.constantFrom('20200101', '20280101', '99991231'),
        BYDAY: weekdays,
        BYMONTH: list(1, 12),
        BYMONTHDAY: list(-31, 31),
        BYYEARDAY: list(-366, 366),
        BYWEEKNO: list(-53, 53),
        BYSETPOS: list(-366, 366),
      },
      { requiredKeys: ['FREQ'] },
    )
    .map((parts) =>
      Object.entries(parts)
        .map((part) => part.join('='))
        .join(';'),
    );
  const start = fc.constantFrom('00010101', '19000229', '19991231', '20260105', '99991231');

  it('it is followed to its end, and only to days of the range', () =>
    fc.assert(
      fc.property(rule, start, (text, day) => {
        const read = readHolidays(file(event('UID:a', `DTSTART;VALUE=DATE:${day}`, `RRULE:${text}`)), NOW);
        if (read.errors !== undefined) return;
        expect(read.dates.length).toBeLessThanOrEqual(4_019);
        expect(read.dates.every((date) => date >= read.from && date <= read.to)).toBe(true);
      }),
      propertyRuns(300),
    ));
});
