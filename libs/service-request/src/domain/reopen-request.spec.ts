import type { Instant } from '#kernel';
import {
  answered,
  at,
  breached,
  closed,
  escalatedForBreach,
  filed,
  nextResponse,
  programTerms,
  promised,
  reopened,
  severityAssigned,
  specify,
} from '#testing';
import { changeSeverity } from './change-severity.js';
import { pauseClock } from './pause-clock.js';
import { reopenRequest } from './reopen-request.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const terms = programTerms('critical');
const fromChange = programTerms('critical', 'fromChange');
const reopen =
  (now: Instant, under = terms) =>
  (request: ServiceRequest) =>
    reopenRequest({ reason: 'It is back', now }, () => under, request);
const nextDue = (startTime: Instant, dueAt: Instant, cycle = 1) =>
  promised({ key: { ...nextResponse, cycle }, startTime, dueAt, severity: 'critical' });

describe('reopening a request', () => {
  it('leaves a first response that was given as it is and promises a next one (E40)', () => {
    const answeredAndClosed = given(...filed('critical'), answered(at('01:00')), closed(at('02:00')));
    answeredAndClosed
      .when(reopen(at('2026-07-14T09:00')))
      .emits([reopened(at('2026-07-14T09:00')), nextDue(at('2026-07-14T09:00'), at('2026-07-14T11:00'))]);
    expect(answeredAndClosed.after(reopen(at('2026-07-14T09:00'))).state).toMatchObject({
      status: 'waitingOnPartner',
      obligations: [
        { kind: 'programFirstResponse', state: 'met' },
        { kind: 'nextResponse', cycle: 1, state: 'open' },
      ],
    });
  });

  it('takes the time closed as a pause when nobody had answered (E41, R7)', () =>
    given(...filed('critical'), closed(at('00:30')))
      .when(reopen(at('10:00')))
      .emits([reopened(at('10:00')), promised({ revision: 2, severity: 'critical', dueAt: at('11:30') })]));

  it('adds up the times it was closed (R7)', () =>
    given(...filed('critical'), closed(at('00:30')))
      .after(reopen(at('01:00')))
      .after(() => [closed(at('01:30'))])
      .when(reopen(at('05:00')))
      .emits([reopened(at('05:00')), promised({ revision: 3, severity: 'critical', dueAt: at('06:00') })]));

  it('gives back what was left after changes of severity, where a change counts from itself (R8)', () =>
    given(...filed('minimal', programTerms('minimal', 'fromChange')))
      .after((request) =>
        changeSeverity({ impact: 'critical', reason: 'Worse', now: at('01:00') }, () => fromChange, request),
      )
      .after(() => [closed(at('01:30'))])
      .when(reopen(at('02:30'), fromChange))
      .emits([
        reopened(at('02:30')),
        promised({ revision: 3, severity: 'critical', dueAt: at('04:00'), terms: fromChange }),
      ]));

  it('gives a new promise a clock that stands from its own start, where a pause is open still', () => {
    const pausing = programTerms('critical', 'retroactive', { pausesOn: ['parts'] });
    expect(
      given(...filed('critical', pausing), answered(at('00:30')))
        .after((request) => pauseClock({ reason: 'parts', now: at('00:40') }, request))
        .after(() => [closed(at('01:00'))])
        .after(reopen(at('10:00'), pausing)).state,
    ).toMatchObject({
      obligations: [
        {},
        { kind: 'nextResponse', state: 'paused', suspended: { pausedAt: at('10:00'), dueAt: at('12:00') } },
      ],
    });
  });

  it('gives no time back to one closed at the very instant that it was due (R5)', () => {
    for (const under of [terms, fromChange])
      expect(
        given(...filed('critical', under), closed(at('02:00'))).after(reopen(at('10:00'), under)).state,
      ).toMatchObject({
        obligations: [{ state: 'open', serviceLevelAgreement: { expirationTime: at('02:00') } }],
      });
  });

  it('promises nothing new while the answer to a missed promise is still owed (R9)', () =>
    given(...filed('critical'), breached(at('02:00'), at('02:00:00.001'), 'critical'), closed(at('03:00')))
      .when(reopen(at('04:00')))
      .emits([reopened(at('04:00'))]));

  it('promises nothing new while a miss before the closing is not recorded yet', () =>
    given(...filed('critical'), closed(at('02:00:00.001')))
      .when(reopen(at('04:00')))
      .emits([reopened(at('04:00'))]));

  it('promises a next response where the first came late', () =>
    given(
      ...filed('critical'),
      breached(at('02:00'), at('02:00:00.001'), 'critical'),
      escalatedForBreach(at('02:00:00.001')),
      answered(at('03:00')),
      closed(at('04:00')),
    )
      .when(reopen(at('05:00')))
      .emits([reopened(at('05:00')), nextDue(at('05:00'), at('07:00'))]));

  it('counts a new cycle each time', () =>
    given(...filed('critical'), answered(at('01:00')), closed(at('02:00')))
      .after(reopen(at('03:00')))
      .after(() => [answered(at('03:30'), at('03:30'), [nextResponse]), closed(at('04:00'))])
      .when(reopen(at('05:00')))
      .emits([reopened(at('05:00')), nextDue(at('05:00'), at('07:00'), 2)]));

  it('lets a next response that was still owed run on', () =>
    given(...filed('critical'), answered(at('01:00')), closed(at('02:00')))
      .after(reopen(at('03:00')))
      .after(() => [closed(at('04:00'))])
      .when(reopen(at('06:00')))
      .emits([
        reopened(at('06:00')),
        promised({ key: nextResponse, revision: 2, startTime: at('03:00'), dueAt: at('07:00'), severity: 'critical' }),
      ]));

  it('promises under the severity that it has now', () =>
    given(...filed('minimal'), severityAssigned('critical', at('00:10')), answered(at('00:20')), closed(at('00:30')))
      .when(reopen(at('01:00')))
      .emitsLike([{}, { data: { severity: 'critical', serviceLevelAgreement: { expirationTime: at('03:00') } } }]));

  it('needs a request that is settled', () => {
    given(...filed('critical'))
      .when(reopen(at('01:00')))
      .refuses({ kind: 'conflict', code: 'service-request-open' });
    given()
      .when(reopen(at('01:00')))
      .refuses({ kind: 'not-found', code: 'service-request-not-found' });
  });
});
