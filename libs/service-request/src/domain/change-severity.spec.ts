import { type Instant, instantToMs } from '#kernel';
import type { Impact, Terms } from '#service-level';
import {
  answered,
  at,
  breached,
  closed,
  escalatedForBreach,
  filed,
  firstResponse,
  programTerms,
  promised,
  reopened,
  requestId,
  severityAssigned,
  specify,
} from '#testing';
import { annulBreach } from './annul-breach.js';
import { changeSeverity } from './change-severity.js';
import { checkDeadline } from './check-deadline.js';
import { pauseClock } from './pause-clock.js';
import { resumeClock } from './resume-clock.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const reason = 'Known better';
const to =
  (impact: Impact, now: Instant, policy: Terms['severityChange'] = 'retroactive') =>
  (request: ServiceRequest) =>
    changeSeverity({ impact, reason, now }, () => programTerms(impact, policy), request);
const filedFromChange = (impact: Impact) => filed(impact, programTerms(impact, 'fromChange'));
const due = (revision: number, dueAt: Instant, severity: Impact, policy: Terms['severityChange'] = 'retroactive') =>
  promised({ revision, dueAt, severity, terms: programTerms(severity, policy) });

const changedFrom = (from: Impact, impact: Impact, now: Instant, nearestDue: Instant | null) =>
  severityAssigned(impact, now, reason, {
    from,
    untilDueMs: nearestDue === null ? null : instantToMs(nearestDue) - instantToMs(now),
  });

const toldAnew = (escalatedAt: Instant, level: number): ServiceRequestEvent => ({
  type: 'Escalated',
  data: { requestId, level, to: 'duty-manager', reason: 'severityUpgrade', obligation: firstResponse, escalatedAt },
});

describe('changing the severity, retroactive (R8)', () => {
  it('counts the new budget from filing: C to A at 01:00 is due 02:00 (E27)', () =>
    given(...filed('minimal'))
      .when(to('critical', at('01:00')))
      .emits([changedFrom('minimal', 'critical', at('01:00'), at('08:00')), due(2, at('02:00'), 'critical')]));

  it('records the breach at once when the new target is past already (E28)', () =>
    given(...filed('minimal'))
      .when(to('critical', at('05:00')))
      .emits([
        changedFrom('minimal', 'critical', at('05:00'), at('08:00')),
        due(2, at('02:00'), 'critical'),
        breached(at('02:00'), at('05:00'), 'critical', { revision: 2, cause: 'severityChange' }),
        escalatedForBreach(at('05:00')),
      ]));

  it('tells at once the highest warning that the new deadline has passed, unless that was told before (R11)', () => {
    const termsOfMinutes = (minutes: number) =>
      programTerms('critical', 'retroactive', { warnings: [50, 75, 90], budgetMs: minutes * 60_000 });
    const moved = (impact: Impact, minutes: number, now: Instant) => (request: ServiceRequest) =>
      changeSeverity({ impact, reason, now }, () => termsOfMinutes(minutes), request);
    const upgraded = (now: Instant) =>
      given(...filed('minimal'))
        .after(moved('critical', 120, now))
        .after((request) => checkDeadline({ obligation: firstResponse, now }, request));
    expect(upgraded(at('01:50')).state).toMatchObject({
      obligations: [{ warned: { percent: 90, at: at('01:48') }, warnings: [] }],
    });
    expect(upgraded(at('01:00')).state).toMatchObject({
      obligations: [{ warned: { percent: 50, at: at('01:00') }, warnings: [{ percent: 75 }, { percent: 90 }] }],
    });
    upgraded(at('01:50'))
      .when(moved('moderate', 121, at('01:55')))
      .emitsLike([{}, { data: { warnings: [] } }]);
  });

  it('breaches nothing that is not past by the trusted clock too, and moves what is not overdue by it (E47)', () => {
    const upgrade = (now: Instant, trusted: Instant) => (request: ServiceRequest) =>
      changeSeverity({ impact: 'critical', reason: 'Worse', now, trusted }, () => programTerms('critical'), request);
    const ahead = given(...filed('minimal'));
    ahead
      .when(upgrade(at('02:00:30'), at('01:59')))
      .emitsLike([{}, { type: 'FirstResponseDue', data: { serviceLevelAgreement: { expirationTime: at('02:00') } } }]);
    ahead.when(upgrade(at('08:00:30'), at('07:59'))).emitsLike([{}, { type: 'FirstResponseDue' }, {}, {}]);
  });

  it('breaches nothing when the new target is this very instant (R6)', () => {
    given(...filed('minimal'))
      .when(to('critical', at('02:00')))
      .emits([changedFrom('minimal', 'critical', at('02:00'), at('08:00')), due(2, at('02:00'), 'critical')]);
    given(...filed('minimal'))
      .when(to('critical', at('02:00:00.001')))
      .emitsLike([{}, {}, { type: 'ResponseBreached' }, { type: 'Escalated' }]);
  });

  it('breaks no promise twice: missed as B at 04:00 it stays so as A, which is told anew (E29, R9)', () => {
    const missed = given(
      ...filed('moderate'),
      breached(at('04:00'), at('04:00:00.001'), 'moderate'),
      escalatedForBreach(at('04:00:00.001')),
    );
    missed
      .when(to('critical', at('05:00')))
      .emits([changedFrom('moderate', 'critical', at('05:00'), null), toldAnew(at('05:00'), 2)]);
    expect(missed.after(to('critical', at('05:00'))).state).toMatchObject({
      obligations: [{ state: 'breached', breach: { dueAt: at('04:00'), severity: 'moderate' } }],
    });
  });

  it('leaves a miss that nobody has recorded yet to the one who asks (E29, G3)', () =>
    given(...filed('moderate'))
      .when(to('minimal', at('05:00')))
      .emits([changedFrom('moderate', 'minimal', at('05:00'), null)]));

  it('takes no miss back, and says how late the answer came (E30, R9)', () => {
    const { state } = given(...filed('critical'), breached(at('02:00'), at('02:00:00.001'), 'critical'))
      .after(to('minimal', at('03:00')))
      .after(() => [answered(at('06:00'))]);
    expect(state).toMatchObject({
      severity: { impact: 'minimal' },
      obligations: [
        { state: 'breached', respondedAt: at('06:00'), breach: { dueAt: at('02:00'), severity: 'critical' } },
      ],
    });
  });

  it('gives the longer time to a downgrade a second before due (E31)', () =>
    given(...filed('critical'))
      .when(to('minimal', at('01:59:59')))
      .emits([changedFrom('critical', 'minimal', at('01:59:59'), at('02:00')), due(2, at('08:00'), 'minimal')]));

  it('forgets the way between: A to C and back to A is due 02:00 again (E32)', () =>
    given(...filed('critical'))
      .after(to('minimal', at('00:30')))
      .when(to('critical', at('01:00')))
      .emits([changedFrom('minimal', 'critical', at('01:00'), at('08:00')), due(3, at('02:00'), 'critical')]));

  it('leaves out the time that the request was closed (R7)', () =>
    given(...filed('minimal'), closed(at('00:30')), reopened(at('03:30')), due(2, at('11:00'), 'minimal'))
      .when(to('critical', at('04:00')))
      .emits([changedFrom('minimal', 'critical', at('04:00'), at('11:00')), due(3, at('05:00'), 'critical')]));
});

describe('changing the severity, from change (R8)', () => {
  it('gives an upgrade the new budget from the change: C to A at 01:00 is due 03:00 (E27)', () =>
    given(...filedFromChange('minimal'))
      .when(to('critical', at('01:00'), 'fromChange'))
      .emits([
        changedFrom('minimal', 'critical', at('01:00'), at('08:00')),
        due(2, at('03:00'), 'critical', 'fromChange'),
      ]));

  it('breaches nothing at an upgrade whose retroactive target would be past: due 07:00 (E28)', () =>
    given(...filedFromChange('minimal'))
      .when(to('critical', at('05:00'), 'fromChange'))
      .emits([
        changedFrom('minimal', 'critical', at('05:00'), at('08:00')),
        due(2, at('07:00'), 'critical', 'fromChange'),
      ]));

  it('never gives an upgrade more time than it had: C to A at 07:00 stays due 08:00', () =>
    given(...filedFromChange('minimal'))
      .when(to('critical', at('07:00'), 'fromChange'))
      .emits([
        changedFrom('minimal', 'critical', at('07:00'), at('08:00')),
        due(2, at('08:00'), 'critical', 'fromChange'),
      ]));

  it('gives a downgrade the new budget from filing: A to C at 01:59:59 is due 08:00 (E31)', () =>
    given(...filedFromChange('critical'))
      .when(to('minimal', at('01:59:59'), 'fromChange'))
      .emits([
        changedFrom('critical', 'minimal', at('01:59:59'), at('02:00')),
        due(2, at('08:00'), 'minimal', 'fromChange'),
      ]));

  it('remembers the way between: A to C at 00:30 and back at 01:00 is due 03:00 (E32)', () =>
    given(...filedFromChange('critical'))
      .after(to('minimal', at('00:30'), 'fromChange'))
      .when(to('critical', at('01:00'), 'fromChange'))
      .emits([
        changedFrom('minimal', 'critical', at('01:00'), at('08:00')),
        due(3, at('03:00'), 'critical', 'fromChange'),
      ]));

  it('never gives a downgrade less time than it had: due 05:30 stays, though filing and four hours make 04:00', () =>
    given(...filedFromChange('minimal'))
      .after(to('critical', at('03:30'), 'fromChange'))
      .when(to('moderate', at('03:40'), 'fromChange'))
      .emits([
        changedFrom('critical', 'moderate', at('03:40'), at('05:30')),
        due(3, at('05:30'), 'moderate', 'fromChange'),
      ]));
});

describe('changing the severity, either way', () => {
  it('does nothing when it is that severity already', () =>
    given(...filed('critical'))
      .when(to('critical', at('01:00')))
      .emitsNothing());

  it('moves no promise that was kept', () =>
    given(...filed('minimal'), answered(at('00:10')))
      .when(to('critical', at('05:00')))
      .emits([changedFrom('minimal', 'critical', at('05:00'), null)]));

  it('moves no promise that was answered late, though its breach is not recorded yet (E45)', () => {
    const late = given(...filed('critical'), answered(at('02:30')));
    late.when(to('minimal', at('02:40'))).emits([changedFrom('critical', 'minimal', at('02:40'), null)]);
    late
      .after(to('minimal', at('02:40')))
      .when((request) => checkDeadline({ obligation: firstResponse, now: at('03:10') }, request))
      .emitsLike([{ data: { dueAt: at('02:00'), severity: 'critical' } }, {}]);
  });

  it('needs a request that is filed and open', () => {
    given()
      .when(to('critical', at('01:00')))
      .refuses({ kind: 'not-found', code: 'service-request-not-found' });
    given(...filed('minimal'), closed(at('00:30')))
      .when(to('critical', at('01:00')))
      .refuses({ kind: 'conflict', code: 'service-request-settled' });
  });

  it('says how near the deadline was that a change moved, and null when none ran (E31)', () => {
    given(...filed('critical'))
      .when(to('minimal', at('01:59:59')))
      .emitsLike([{ data: { from: 'critical', impact: 'minimal', untilDueMs: 1_000 } }, {}]);
    given(...filed('critical'), answered(at('01:00')))
      .when(to('minimal', at('01:59:59')))
      .emitsLike([{ data: { from: 'critical', untilDueMs: null } }]);
  });

  it('tells nobody anew of a miss that was answered, or annulled, or of one that became milder (E29, E30)', () => {
    const missed = given(...filed('moderate'), breached(at('04:00'), at('04:00:00.001'), 'moderate'));
    missed.when(to('minimal', at('05:00'))).emitsLike([{ type: 'SeverityAssigned' }]);
    missed
      .after(() => [answered(at('04:30'))])
      .when(to('critical', at('05:00')))
      .emitsLike([{ type: 'SeverityAssigned' }]);
    missed
      .after((request) =>
        annulBreach({ obligation: firstResponse, reason: 'Called', evidence: 'Record', now: at('04:30') }, request),
      )
      .when(to('critical', at('05:00')))
      .emitsLike([{ type: 'SeverityAssigned' }]);
  });
});

describe('changing the severity while the clock stands (R7, R8)', () => {
  const terms = (impact: Impact, policy: Terms['severityChange']) =>
    programTerms(impact, policy, { pausesOn: ['parts'] });
  const standing = (impact: Impact, policy: Terms['severityChange'], pausedAt: Instant) =>
    given(...filed(impact, terms(impact, policy))).after((request) =>
      pauseClock({ reason: 'parts', now: pausedAt }, request),
    );
  const then = (impact: Impact, policy: Terms['severityChange'], now: Instant) => (request: ServiceRequest) =>
    changeSeverity({ impact, reason, now }, () => terms(impact, policy), request);
  const left = (pausedAt: Instant, dueAt: Instant) => [
    {},
    { data: { serviceLevelAgreement: { expirationTime: null }, warnings: [], suspended: { pausedAt, dueAt } } },
  ];

  it('keeps what is left by the new budget, retroactive', () =>
    standing('minimal', 'retroactive', at('01:00'))
      .when(then('critical', 'retroactive', at('05:00')))
      .emitsLike(left(at('01:00'), at('02:00'))));

  it('counts what was used before the pause that lasts, less the ones that ended within it, retroactive', () => {
    const both = (impact: Impact) => programTerms(impact, 'retroactive', { pausesOn: ['parts', 'customer'] });
    given(...filed('minimal', both('minimal')))
      .after((request) => pauseClock({ reason: 'parts', now: at('00:50') }, request))
      .after((request) => pauseClock({ reason: 'customer', now: at('01:00') }, request))
      .after((request) => resumeClock({ reason: 'parts', now: at('01:10') }, () => both('minimal'), request))
      .when((request) =>
        changeSeverity({ impact: 'critical', reason, now: at('03:00') }, () => both('critical'), request),
      )
      .emitsLike(left(at('01:00'), at('02:10')));
  });

  it('finds a new target that was past before the clock stopped missed at once, retroactive (E28)', () =>
    standing('minimal', 'retroactive', at('03:00'))
      .when(then('critical', 'retroactive', at('05:00')))
      .emitsLike([{}, { data: { serviceLevelAgreement: { expirationTime: at('02:00') } } }, {}, {}]));

  it('leaves an upgrade at most the new budget, from the change', () => {
    standing('minimal', 'fromChange', at('01:00'))
      .when(then('critical', 'fromChange', at('05:00')))
      .emitsLike(left(at('01:00'), at('03:00')));
    standing('minimal', 'fromChange', at('07:00'))
      .when(then('critical', 'fromChange', at('09:00')))
      .emitsLike(left(at('07:00'), at('08:00')));
  });

  it('leaves a downgrade at least what was left, and the new budget less what was used', () =>
    standing('critical', 'fromChange', at('01:30'))
      .when(then('minimal', 'fromChange', at('05:00')))
      .emitsLike(left(at('01:30'), at('08:00'))));
});
