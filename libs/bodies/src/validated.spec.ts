import 'reflect-metadata';
import { type DomainError, type FieldError, instantFromMs } from '#kernel';
import { errorsOf, pointerTo, QuoteBody, unknownField, validated } from './index.js';

const quote = { calendarId: 'always', startTime: '2026-07-13T00:00:00Z', slaMinutes: 120 };

const errorsIn = (sent: unknown): readonly FieldError[] => {
  try {
    validated(QuoteBody, sent);
    return [];
  } catch (error) {
    return (error as DomainError).details.errors ?? [];
  }
};

describe('what was sent', () => {
  it('is refused with every error at once, each where it is', () => {
    expect(errorsIn({ ...quote, startTime: 'now', slaMinutes: 0 }).map(({ pointer }) => pointer)).toEqual([
      '#/startTime',
      '#/slaMinutes',
    ]);
  });

  it('may not have a field that its class only inherits', () => {
    expect(errorsIn({ ...quote, alsoCheck: 1, toString: 1 })).toEqual([
      unknownField('#', 'alsoCheck'),
      unknownField('#', 'toString'),
    ]);
  });

  it.each([
    ['a list', []],
    ['null', null],
    ['text', 'PT2H'],
  ])('is refused when it is %s', (_, sent) => {
    expect(errorsIn(sent)).toEqual([{ pointer: '#', code: 'object', detail: 'This is not a JSON object.' }]);
  });

  it.each([
    ['itself', '#', (wide: object) => ({ ...quote, ...wide })],
    ['a part of it', '#/calendar/week', (week: object) => ({ ...quote, calendar: { timeZone: 'UTC', week } })],
  ])('is refused in one sentence when %s has thousands of fields', (_, pointer, bodyOf) => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, 1]));
    expect(errorsIn(bodyOf(wide))).toEqual([
      { pointer, code: 'too-many-fields', detail: 'At most 100 fields are allowed here.' },
    ]);
  });

  it('is told the first of very many errors, and how many fields are wrong', () => {
    const pauses = Array.from({ length: 2_000 }, () => ({}));
    const refusal = (): unknown => validated(QuoteBody, { ...quote, pauses });
    expect(refusal).toThrow('4000 fields are wrong. The first 1000 errors are listed.');
    expect(errorsIn({ ...quote, pauses })).toHaveLength(1_000);
  });

  it('may name thousands of dates', () => {
    const dates = Array.from({ length: 300 }, (_, index) => instantFromMs(index * 86_400_000).slice(0, 10));
    const overrides = Object.fromEntries(dates.map((date) => [date, [['09:00', '12:00']]]));
    const calendar = { timeZone: 'UTC', week: {}, overrides };
    expect(errorsIn({ calendar, startTime: quote.startTime, slaMinutes: 1 })).toEqual([]);
  });

  it('as a part is pointed at from the whole', () => {
    expect(errorsOf(QuoteBody, { ...quote, calendarId: '!' }, '#/quotes/3')[0]?.pointer).toBe('#/quotes/3/calendarId');
  });
});

describe('the pointer to a field', () => {
  it.each([
    ['of a plain name is the name', 'week', '#/calendars/week'],
    ['escapes what pointers and fragments use themselves', 'a/b~c d', '#/calendars/a~1b~0c%20d'],
    ['can be written whatever was sent', '\uD800', '#/calendars/%EF%BF%BD'],
  ])('%s', (_, name, pointer) => {
    expect(pointerTo('#/calendars', name)).toBe(pointer);
  });
});
