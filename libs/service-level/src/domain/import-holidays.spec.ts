import { at, specify } from '#testing';
import { office } from '../../test/office.js';
import type { CalendarDefinition } from './calendar-definition.js';
import { calendarType, type Published } from './definition.js';
import { type ImportHolidays, importHolidays } from './import-holidays.js';

const refusal = { kind: 'invalid', code: 'validation' } as const;

describe('importing holidays', () => {
  const given = specify(calendarType);
  const published = {
    type: 'CalendarPublished',
    data: {
      calendarId: 'office',
      version: 1,
      publishedAt: at('00:00'),
      effectiveFrom: at('00:00'),
      definition: { ...office, holidays: ['2026-12-25'] },
    },
  } as const;
  const file = { from: '2025-07-13', to: '2036-07-13', skippedEvents: 2 };
  const take =
    (dates: readonly string[], changes: Partial<ImportHolidays> = {}) =>
    (calendar: Published<CalendarDefinition>) =>
      importHolidays({ calendarId: 'office', dates, ...file, promised: [], now: at('01:00'), ...changes }, calendar);

  it('makes a version with the dates that are new, in order and once each', () => {
    const after = given(published).after(take(['2027-01-01', '2026-12-25', '2026-10-03', '2027-01-01']));
    const [, version] = after.state.versions;
    expect(version?.definition.holidays).toEqual(['2026-10-03', '2026-12-25', '2027-01-01']);
    expect(version?.imported).toEqual({ ...file, dates: 2 });
    expect(after.state.versions[0]?.definition.holidays).toEqual(['2026-12-25']);
  });

  it('records what the rules came to, and when they were followed', () =>
    given(published)
      .when(take(['2027-01-01'], { effectiveFrom: at('02:00') }))
      .emits([
        {
          type: 'HolidaysImported',
          data: {
            calendarId: 'office',
            version: 2,
            publishedAt: at('01:00'),
            effectiveFrom: at('02:00'),
            ...file,
            dates: ['2027-01-01'],
          },
        },
      ]));

  it('does nothing when the calendar has them all', () =>
    given(published)
      .when(take(['2026-12-25']))
      .emitsNothing());

  it('needs a calendar, and not a built-in one', () => {
    given()
      .when(take(['2027-01-01']))
      .refuses({ kind: 'not-found', code: 'calendar-not-found' });
    given()
      .when(take(['2027-01-01'], { calendarId: 'always' }))
      .refuses({ kind: 'conflict', code: 'built-in' });
  });

  it('refuses dates that leave a policy without its promise (R13)', () => {
    const once = { '2026-12-24': [['09:00', '10:00']] as const };
    const opensOnce = {
      ...published,
      data: { ...published.data, definition: { ...office, week: {}, overrides: once } },
    };
    const promised = [{ policyId: 'ours', budgetMs: 3_600_001 }];
    given(opensOnce)
      .when(take(['2027-01-01'], { promised }))
      .refuses({ ...refusal, pointers: ['#/week'] });
  });

  it('refuses more dates than a calendar may have, and an effect in the past', () => {
    const many = Array.from({ length: 20_000 }, (_, day) =>
      new Date(Date.UTC(1970, 0, 1 + day)).toISOString().slice(0, 10),
    );
    given(published)
      .when(take(many.slice(0, 19_999)))
      .emitsLike([{ type: 'HolidaysImported' }]);
    given(published)
      .when(take([...many, '2046-01-01', '2046-01-02']))
      .refuses({ ...refusal, pointers: ['#/holidays'] });
    given(published)
      .when(take(['2027-01-01'], { effectiveFrom: at('00:59') }))
      .refuses({ ...refusal, pointers: ['#/effectiveFrom'] });
  });
});
