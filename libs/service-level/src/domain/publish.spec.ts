import { alwaysOpen } from '#business-time';
import type { Instant } from '#kernel';
import { at, specify } from '#testing';
import type { CalendarDefinition } from './calendar-definition.js';
import { calendarType, policyType, type Published } from './definition.js';
import type { PolicyDefinition, PolicyRule } from './policy-definition.js';
import { type ImportHolidays, importHolidays, publishCalendar, publishPolicy } from './publish.js';

const office: CalendarDefinition = {
  displayName: 'Office',
  timeZone: 'Europe/Berlin',
  week: { '1': [['09:00', '17:00']] },
  holidays: [],
  overrides: {},
};

const refusal = { kind: 'invalid', code: 'validation' } as const;

describe('publishing a calendar', () => {
  const given = specify(calendarType);
  const publish =
    (definition: CalendarDefinition, calendarId = 'office', effectiveFrom?: Instant) =>
    (published: Published<CalendarDefinition>) =>
      publishCalendar({ calendarId, definition, effectiveFrom, now: at('01:00') }, published);
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
      .refuses({ kind: 'invalid', code: 'validation' }),
  );

  it('tells every mistake at once', () =>
    given()
      .when(publish({ ...office, timeZone: 'Mars/Olympus', week: { '1': [['25:00', '17:00']] } }))
      .refuses({ kind: 'invalid', code: 'validation', pointers: ['#/timeZone', '#/week/1/0/0'] }));

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
      importHolidays({ calendarId: 'office', dates, ...file, now: at('01:00'), ...changes }, calendar);

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

describe('publishing a policy', () => {
  const given = specify(policyType);
  const rule: PolicyRule = { when: {}, budget: 'PT2H', calendarId: 'office' };
  const policy: PolicyDefinition = {
    displayName: 'Ours',
    obligation: 'partnerFirstResponse',
    severityChange: 'fromChange',
    warnings: [50],
    pausesOn: [],
    rules: [rule],
    escalation: [{ after: 'PT0S', to: 'duty-manager' }],
  };
  const calendars = new Map<string, CalendarDefinition | undefined>([
    ['office', office],
    ['once', { displayName: 'Once', ...alwaysOpen, week: {}, overrides: { '2026-07-14': [['09:00', '10:00']] } }],
    ['missing', undefined],
  ]);
  const publish =
    (changes: Partial<PolicyDefinition> = {}, policyId = 'ours', effectiveFrom?: Instant) =>
    (published: Published<PolicyDefinition>) =>
      publishPolicy(
        { policyId, definition: { ...policy, ...changes }, calendars, effectiveFrom, now: at('01:00') },
        published,
      );
  const published = (version: number) =>
    ({
      type: 'SlaPolicyPublished',
      data: { policyId: 'ours', version, publishedAt: at('01:00'), effectiveFrom: at('01:00'), definition: policy },
    }) as const;
  it('begins with version 1, and each one is a new version (R10)', () => {
    given()
      .when(publish())
      .emits([published(1)]);
    given(published(1))
      .when(publish())
      .emits([published(2)]);
  });

  it.each(['PT0S', 'PT-2H', 'two hours', ''])('refuses the budget %p (R13)', (budget) =>
    given()
      .when(publish({ rules: [{ ...rule, budget }] }))
      .refuses({ ...refusal, pointers: ['#/rules/0/budget'] }),
  );

  it('refuses a calendar that is not there', () =>
    given()
      .when(publish({ rules: [rule, { ...rule, calendarId: 'missing' }, { ...rule, calendarId: 'unheard-of' }] }))
      .refuses({ ...refusal, pointers: ['#/rules/1/calendarId', '#/rules/2/calendarId'] }));

  it('takes a budget that its calendar reaches exactly, and refuses a millisecond more (R13)', () => {
    given()
      .when(publish({ rules: [{ ...rule, calendarId: 'once', budget: 'PT1H' }] }))
      .emitsLike([{ type: 'SlaPolicyPublished' }]);
    given()
      .when(publish({ rules: [{ ...rule, calendarId: 'once', budget: 'PT3600.001S' }] }))
      .refuses({ ...refusal, pointers: ['#/rules/0/budget'] });
  });

  it('takes an escalation at once or later, and refuses what is no duration', () => {
    given()
      .when(publish({ escalation: [{ after: 'PT30M', to: 'manager' }] }))
      .emitsLike([{ type: 'SlaPolicyPublished' }]);
    given()
      .when(
        publish({
          escalation: [
            { after: 'PT0S', to: 'manager' },
            { after: 'later', to: 'manager' },
          ],
        }),
      )
      .refuses({ ...refusal, pointers: ['#/escalation/1/after'] });
  });

  it('tells every mistake at once', () =>
    given()
      .when(
        publish({
          rules: [{ ...rule, budget: '', calendarId: 'missing' }],
          escalation: [{ after: '', to: 'manager' }],
        }),
      )
      .refuses({ ...refusal, pointers: ['#/rules/0/budget', '#/rules/0/calendarId', '#/escalation/0/after'] }));

  it('takes effect later, on calendars that are open from then on', () => {
    given()
      .when(publish({}, 'ours', at('02:00')))
      .emitsLike([{ data: { publishedAt: at('01:00'), effectiveFrom: at('02:00') } }]);
    given()
      .when(publish({}, 'ours', at('00:59')))
      .refuses({ ...refusal, pointers: ['#/effectiveFrom'] });
    given()
      .when(
        publish(
          { rules: [{ ...rule, calendarId: 'once', budget: 'PT1H' }] },
          'ours',
          '2026-07-15T00:00:00.000Z' as Instant,
        ),
      )
      .refuses({ ...refusal, pointers: ['#/rules/0/budget'] });
  });

  it('leaves the built-in one alone', () =>
    given().when(publish({}, 'program')).refuses({ kind: 'conflict', code: 'built-in' }));
});
