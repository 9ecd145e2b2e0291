import type { Instant } from '#kernel';
import {
  answered,
  at,
  breached,
  closed,
  escalatedForBreach,
  filed,
  firstResponse,
  nextResponse,
  programTerms,
  promised,
  reopened,
  severityAssigned,
  specify,
} from '#testing';
import { changeSeverity } from './change-severity.js';
import { checkDeadline } from './check-deadline.js';
import { reopenRequest } from './reopen-request.js';
import { closeRequest } from './settle-request.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const asked = (now: Instant) => (request: ServiceRequest) => checkDeadline({ obligation: firstResponse, now }, request);
const severity = (impact: 'critical' | 'moderate' | 'minimal', now: Instant) => (request: ServiceRequest) =>
  changeSeverity({ impact, reason: 'Known better', now }, () => programTerms(impact), request);

describe('asking whether a response is overdue', () => {
  it('records the miss and escalates in one append, a millisecond after due (R6)', () =>
    given(...filed('critical'))
      .when(asked(at('02:00:00.001')))
      .emits([breached(at('02:00'), at('02:00:00.001'), 'critical'), escalatedForBreach(at('02:00:00.001'))]));

  it('does nothing at the very instant it is due (R6)', () =>
    given(...filed('critical'))
      .when(asked(at('02:00')))
      .emitsNothing());

  it('does nothing when asked by a clock that runs 90 s ahead of the true 01:58:30, which it calls early (E47)', () =>
    given(...filed('critical'))
      .when(asked(at('01:58:30')))
      .emitsNothing());

  it('does nothing once an agent has answered in time, however late it is asked (E46)', () =>
    given(...filed('critical'), answered(at('01:55')))
      .when(asked(at('03:10')))
      .emitsNothing());

  it('takes an answer at due as met and a millisecond later as a miss (E48)', () => {
    given(...filed('critical'), answered(at('02:00')))
      .when(asked(at('03:00')))
      .emitsNothing();
    given(...filed('critical'), answered(at('02:00:00.001')))
      .when(asked(at('03:00')))
      .emitsLike([{ type: 'ResponseBreached', data: { respondedAt: at('02:00:00.001') } }, { type: 'Escalated' }]);
  });

  it('finds a miss after an outage, with its true due and the answer that came meanwhile (E45)', () =>
    given(...filed('critical'), answered(at('02:30')))
      .when(asked(at('03:10')))
      .emits([
        breached(at('02:00'), at('03:10'), 'critical', { respondedAt: at('02:30') }),
        escalatedForBreach(at('03:10')),
      ]));

  it('is heard once, when two workers ask or one asks again after a crash (E50, G2)', () =>
    given(...filed('critical'))
      .after(asked(at('02:00:00.001')))
      .when(asked(at('02:00:00.002')))
      .emitsNothing());

  it('lets only the newest of three deadlines fire, and once (E32)', () => {
    const threeDeadlines = given(...filed('critical'))
      .after(severity('minimal', at('00:30')))
      .after(severity('critical', at('01:00')));
    threeDeadlines.when(asked(at('02:00'))).emitsNothing();
    threeDeadlines
      .when(asked(at('02:00:00.001')))
      .emits([
        breached(at('02:00'), at('02:00:00.001'), 'critical', { revision: 3 }),
        escalatedForBreach(at('02:00:00.001')),
      ]);
    threeDeadlines
      .after(asked(at('02:00:00.001')))
      .when(asked(at('08:00:00.001')))
      .emitsNothing();
  });

  it('does nothing at the old deadline once it was downgraded a second before (E31)', () =>
    given(...filed('critical'))
      .after(severity('minimal', at('01:59:59')))
      .when(asked(at('02:00:00.001')))
      .emitsNothing());

  it('names the severity that was promised, though it was changed before the miss was found (E29)', () =>
    given(...filed('moderate'), severityAssigned('critical', at('05:00')))
      .when(asked(at('05:10')))
      .emitsLike([{ data: { dueAt: at('04:00'), severity: 'moderate' } }, {}]));

  it('does nothing while the request is closed (E41)', () =>
    given(...filed('critical'), closed(at('01:00')))
      .when(asked(at('03:00')))
      .emitsNothing());

  it('still records what was missed before the request was closed (G2)', () =>
    given(...filed('critical'))
      .after((request) => closeRequest({ reason: 'Withdrawn', now: at('02:00:00.001') }, request))
      .when(asked(at('03:00')))
      .emits([breached(at('02:00'), at('03:00'), 'critical'), escalatedForBreach(at('03:00'))]));

  describe('found late, with steps at once, after 1 h and after 2 h', () => {
    const hour = 3_600_000;
    const escalation = [
      { afterMs: 0, to: 'duty-manager' },
      { afterMs: hour, to: 'manager' },
      { afterMs: 2 * hour, to: 'director' },
    ];
    const terms = programTerms('critical', 'retroactive', { escalation });
    const close = (now: Instant) => (request: ServiceRequest) => closeRequest({ reason: 'Withdrawn', now }, request);
    const reopen = (now: Instant) => (request: ServiceRequest) =>
      reopenRequest({ reason: 'Back', now }, () => terms, request);
    const told = (to: string) => ({ type: 'Escalated', data: { to } });

    it('tells nobody whose step came after the request was closed', () =>
      given(...filed('critical', terms))
        .after(close(at('03:30')))
        .when(asked(at('09:00')))
        .emitsLike([{ type: 'ResponseBreached' }, told('duty-manager'), told('manager')]));

    it('counts no step for the time closed, before it was found and after', () => {
      const again = given(...filed('critical', terms))
        .after(close(at('02:30')))
        .after(reopen(at('05:30')));
      const found = again.after(asked(at('06:00')));
      again.when(asked(at('05:59:59.999'))).emitsLike([{ type: 'ResponseBreached' }, told('duty-manager')]);
      again.when(asked(at('06:00'))).emitsLike([{ type: 'ResponseBreached' }, told('duty-manager'), told('manager')]);
      found.when(asked(at('06:59:59.999'))).emitsNothing();
      found.when(asked(at('07:00'))).emitsLike([told('director')]);
    });
  });

  it('does nothing while there is no due time, in an open-ended pause (E55)', () =>
    given(...filed('critical'), promised({ revision: 2, severity: 'critical', dueAt: null }))
      .when(asked(at('09:00')))
      .emitsNothing());

  it('asks about each cycle for itself', () => {
    const nextDue = promised({ key: nextResponse, startTime: at('03:00'), dueAt: at('05:00'), severity: 'critical' });
    const again = given(
      ...filed('critical'),
      answered(at('01:00')),
      closed(at('02:00')),
      reopened(at('03:00')),
      nextDue,
    );
    again.when(asked(at('06:00'))).emitsNothing();
    again
      .when((request) => checkDeadline({ obligation: nextResponse, now: at('06:00') }, request))
      .emits([
        breached(at('05:00'), at('06:00'), 'critical', nextResponse),
        escalatedForBreach(at('06:00'), 1, nextResponse),
      ]);
  });

  it('counts on from earlier escalations', () =>
    given(...filed('critical'), escalatedForBreach(at('01:00')))
      .when(asked(at('03:00')))
      .emits([breached(at('02:00'), at('03:00'), 'critical'), escalatedForBreach(at('03:00'), 2)]));

  it('does nothing for an obligation that is not there, or a request that was never filed', () => {
    given(...filed('critical'))
      .when((request) => checkDeadline({ obligation: nextResponse, now: at('09:00') }, request))
      .emitsNothing();
    given()
      .when(asked(at('09:00')))
      .emitsNothing();
  });
});
