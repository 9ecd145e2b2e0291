import { alwaysOpen } from '#business-time';
import type { Instant } from '#kernel';
import { at, specify } from '#testing';
import { fractured, office } from '../../test/office.js';
import type { CalendarDefinition } from './calendar-definition.js';
import { policyType, type Published } from './definition.js';
import type { PolicyDefinition, PolicyRule } from './policy-definition.js';
import { publishPolicy } from './publish-policy.js';

const refusal = { kind: 'invalid', code: 'validation' } as const;

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
    ['fractured', fractured],
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

  it('refuses what takes too many windows to be looked at, but not less of it', () => {
    given()
      .when(publish({ rules: [{ ...rule, calendarId: 'fractured', budget: 'PT200H' }] }))
      .emitsLike([{ type: 'SlaPolicyPublished' }]);
    given()
      .when(publish({ rules: [rule, { ...rule, calendarId: 'fractured', budget: 'PT15000H' }] }))
      .refuses({ ...refusal, pointers: ['#/rules/1/budget'] });
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
