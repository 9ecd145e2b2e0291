import 'reflect-metadata';
import { instantFromMs } from '#kernel';
import { errorsOf } from '#bodies';
import { WhatIfBody } from './what-if.body.js';

const at = '2026-07-13T09:00:00Z';
const errorsOfCalendars = (calendars: object) =>
  errorsOf(WhatIfBody, { filing: { at, impact: 'critical' }, until: at, calendars }, '#');

describe('a calendar that is tried', () => {
  const week = { '1': [['09:00', '17:00']] };

  it('may name thousands of dates', () => {
    const dates = Array.from({ length: 300 }, (_, index) => instantFromMs(index * 86_400_000).slice(0, 10));
    const overrides = Object.fromEntries(dates.map((date) => [date, []]));
    expect(errorsOfCalendars({ seoul: { timeZone: 'Asia/Seoul', week, overrides } })).toEqual([]);
  });

  it('is refused in one sentence when it has thousands of fields', () => {
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, 1]));
    expect(errorsOfCalendars({ seoul: { timeZone: 'Asia/Seoul', week: wide } })).toEqual([
      { pointer: '#/calendars/seoul/week', code: 'too-many-fields', detail: 'At most 100 fields are allowed here.' },
    ]);
  });
});
