import type { Instant } from '#kernel';
import { at, specify } from '#testing';
import { fractured, office } from '../../test/office.js';
import type { CalendarDefinition } from './calendar-definition.js';
import { calendarType, type Published } from './definition.js';
import { publishCalendar } from './publish-calendar.js';

const refusal = { kind: 'invalid', code: 'validation' } as const;

describe('publishing a calendar', () => {
  const given = specify(calendarType);
  const promisedOf = (budgetMs?: number) => (budgetMs === undefined ? [] : [{ policyId: 'ours', budgetMs }]);
  const publish =
    (definition: CalendarDefinition, calendarId = 'office', effectiveFrom?: Instant, budgetMs?: number) =>
    (published: Published<CalendarDefinition>) =>
      publishCalendar(
        { calendarId, definition, effectiveFrom, promised: promisedOf(budgetMs), now: at('01:00') },
        published,
      );
  const published = (version: number) =>
    ({
      type: 'CalendarPublished',
      data: { calendarId: 'office', version, publishedAt: at('01:00'), effectiveFrom: at('01:00'), definition: office },
    }) as const;

  it('refuses one that was open in the past alone (R13)', () =>
    given()
      .when(publish({ ...office, week: {}, overrides: { '2020-01-06': [['09:00', '17:00']] } }))
      .refuses({ ...refusal, pointers: ['#/week'] }));

  it('takes one that opens once more, years from now', () =>
    given()
      .when(publish({ ...office, week: {}, overrides: { '2035-01-08': [['09:00', '17:00']] } }))
      .emitsLike([{ type: 'CalendarPublished' }]));

  it('leaves what policies promise on it within reach, to the millisecond (R13)', () => {
    const oneHour = { ...office, week: {}, overrides: { '2026-08-03': [['09:00', '10:00']] as const } };
    given()
      .when(publish(oneHour, 'office', undefined, 3_600_000))
      .emitsLike([{ type: 'CalendarPublished' }]);
    given()
      .when(publish(oneHour, 'office', undefined, 3_600_001))
      .refuses({ ...refusal, pointers: ['#/week'] });
  });

  it('refuses one on which what policies promise takes too many windows to be looked at', () => {
    given()
      .when(publish(fractured, 'office', undefined, 200 * 3_600_000))
      .emitsLike([{ type: 'CalendarPublished' }]);
    given()
      .when(publish(fractured, 'office', undefined, 15_000 * 3_600_000))
      .refuses({ ...refusal, pointers: ['#/week'] });
  });

  it('begins with version 1, and each one is a new version (R10)', () => {
    given()
      .when(publish(office))
      .emits([published(1)]);
    given(published(1))
      .when(publish(office))
      .emits([published(2)]);
  });

  it('keeps the versions before (R10)', () => {
    const { state } = given(published(1)).after(publish({ ...office, timeZone: 'Asia/Seoul' }));
    expect(state.versions.map(({ definition }) => definition.timeZone)).toEqual(['Europe/Berlin', 'Asia/Seoul']);
  });

  it.each([
    ['no day at all', {}],
    ['no window on any day', { '1': [], '2': [] }],
  ])('refuses one without an open window: %s (E54, R13)', (_, week) =>
    given()
      .when(publish({ ...office, week }))
      .refuses(refusal),
  );

  it('tells every mistake at once', () =>
    given()
      .when(publish({ ...office, timeZone: 'Mars/Olympus', week: { '1': [['25:00', '17:00']] } }))
      .refuses({ ...refusal, pointers: ['#/timeZone', '#/week/1/0/0'] }));

  it('takes effect at once, or later, but never before it was published (R10)', () => {
    given()
      .when(publish(office, 'office', at('01:00')))
      .emitsLike([{ data: { effectiveFrom: at('01:00') } }]);
    given()
      .when(publish(office, 'office', at('02:00')))
      .emitsLike([{ data: { publishedAt: at('01:00'), effectiveFrom: at('02:00') } }]);
    given()
      .when(publish(office, 'office', at('00:59:59.999')))
      .refuses({ ...refusal, pointers: ['#/effectiveFrom'] });
  });

  it('leaves the built-in ones alone', () =>
    given().when(publish(office, 'always')).refuses({ kind: 'conflict', code: 'built-in' }));
});
