import fc from 'fast-check';
import { type Instant, instantFromMs, instantToMs } from '#kernel';
import {
  answered,
  at,
  closed,
  filed,
  firstResponse,
  programTerms,
  propertyRuns,
  reopened,
  requestId,
  specify,
} from '#testing';
import { changeSeverity } from './change-severity.js';
import { checkDeadline, checksOf } from './check-deadline.js';
import { pauseClock } from './pause-clock.js';
import { evolve, isSettled, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const MINUTE_MS = 60_000;
const escalation = [
  { afterMs: 0, to: 'duty-manager' },
  { afterMs: 30 * MINUTE_MS, to: 'manager' },
  { afterMs: 60 * MINUTE_MS, to: 'director' },
];
const terms = programTerms('critical', 'retroactive', { warnings: [50, 75, 90], escalation, pausesOn: ['customer'] });
const asked = (now: Instant) => (request: ServiceRequest) => checkDeadline({ obligation: firstResponse, now }, request);
const warned = [50, 75, 90].map((percent) => ({
  percent,
  at: instantFromMs(instantToMs(at('00:00')) + percent * 1.2 * MINUTE_MS),
}));
const waiting = given(
  ...filed('critical', terms).map((event) =>
    event.type === 'FirstResponseDue' ? { ...event, data: { ...event.data, warnings: warned } } : event,
  ),
);
const told = (to: string, level: number, escalatedAt: Instant, reason = 'unanswered') => ({
  type: 'Escalated',
  data: { level, to, reason, escalatedAt, obligation: firstResponse },
});

describe('asking about a deadline that comes near', () => {
  it('warns at the percent of open time, not a millisecond before (R11)', () => {
    waiting.when(asked(at('00:59:59.999'))).emitsNothing();
    waiting.when(asked(at('01:00'))).emits([
      {
        type: 'DeadlineApproaching',
        data: {
          requestId,
          ...firstResponse,
          revision: 1,
          percent: 50,
          at: at('01:00'),
          dueAt: at('02:00'),
          noticedAt: at('01:00'),
          severity: 'critical',
        },
      },
    ]);
  });

  it('warns once of each', () => {
    const once = waiting.after(asked(at('01:00')));
    once.when(asked(at('01:20'))).emitsNothing();
    once.when(asked(at('01:30'))).emitsLike([{ data: { percent: 75 } }]);
  });

  it('tells only the highest when it is asked late, and none of the lower ones after', () => {
    const late = waiting.after(asked(at('01:50')));
    waiting.when(asked(at('01:50'))).emitsLike([{ data: { percent: 90, at: at('01:48'), noticedAt: at('01:50') } }]);
    late.when(asked(at('01:55'))).emitsNothing();
  });

  it('tells of the miss alone once it is overdue', () =>
    waiting.when(asked(at('02:00:00.001'))).emitsLike([{ type: 'ResponseBreached' }, { type: 'Escalated' }]));

  it('warns of nothing that was answered, paused, or closed (E55)', () => {
    waiting
      .after(() => [answered(at('00:30'))])
      .when(asked(at('01:30')))
      .emitsNothing();
    waiting
      .after((request) => pauseClock({ reason: 'customer', now: at('00:30') }, request))
      .when(asked(at('01:30')))
      .emitsNothing();
    waiting
      .after(() => [closed(at('00:30'))])
      .when(asked(at('01:30')))
      .emitsNothing();
  });

  it('begins again with a new deadline', () => {
    const milder = programTerms('minimal', 'retroactive', { warnings: [50] });
    waiting
      .after(asked(at('01:50')))
      .after((request) =>
        changeSeverity({ impact: 'minimal', reason: 'Milder', now: at('01:55') }, () => milder, request),
      )
      .when(asked(at('04:00')))
      .emitsLike([{ data: { percent: 50, revision: 2, dueAt: at('08:00') } }]);
  });
});

describe('asking after a miss', () => {
  const missed = waiting.after(asked(at('02:00:00.001')));

  it('takes each step of escalation when its time has come, while nobody answers', () => {
    missed.when(asked(at('02:29:59.999'))).emitsNothing();
    missed.when(asked(at('02:30'))).emitsLike([told('manager', 2, at('02:30'))]);
    missed
      .after(asked(at('02:30')))
      .when(asked(at('03:00')))
      .emitsLike([told('director', 3, at('03:00'))]);
    missed
      .after(asked(at('02:30')))
      .after(asked(at('03:00')))
      .when(asked(at('09:00')))
      .emitsNothing();
  });

  it('takes all steps that are due in the append of a miss that is found late', () =>
    waiting
      .when(asked(at('03:10')))
      .emitsLike([
        { type: 'ResponseBreached', data: { dueAt: at('02:00'), detectedAt: at('03:10') } },
        told('duty-manager', 1, at('03:10'), 'breach'),
        told('manager', 2, at('03:10')),
        told('director', 3, at('03:10')),
      ]));

  it('tells nobody whose time came after the answer (E45)', () => {
    waiting
      .after(() => [answered(at('02:10'))])
      .when(asked(at('03:10')))
      .emitsLike([{ type: 'ResponseBreached', data: { respondedAt: at('02:10') } }, { data: { to: 'duty-manager' } }]);
    missed
      .after(() => [answered(at('02:10'))])
      .when(asked(at('03:10')))
      .emitsNothing();
  });

  it('waits while the request is closed, and counts on without that time when it is open again', () => {
    const shut = missed.after(() => [closed(at('02:20'))]);
    shut.when(asked(at('09:00'))).emitsNothing();
    const back = shut.after(() => [reopened(at('05:20'))]);
    back.when(asked(at('05:29:59.999'))).emitsNothing();
    back.when(asked(at('05:30'))).emitsLike([{ data: { to: 'manager' } }]);
  });

  it('counts from an upgrade anew (E29)', () => {
    const b = programTerms('moderate', 'retroactive', { escalation });
    const worse = given(...filed('moderate', b))
      .after(asked(at('04:00:00.001')))
      .after(asked(at('04:30')))
      .after((request) =>
        changeSeverity({ impact: 'critical', reason: 'Worse', now: at('05:00') }, () => terms, request),
      );
    worse.when(asked(at('05:29'))).emitsNothing();
    worse.when(asked(at('05:30'))).emitsLike([told('manager', 4, at('05:30'))]);
  });

  it('tells a first step that comes later of what nobody has answered', () => {
    const patient = programTerms('critical', 'retroactive', { escalation: escalation.slice(1) });
    const alone = given(...filed('critical', patient));
    alone.when(asked(at('02:00:00.001'))).emitsLike([{ type: 'ResponseBreached' }]);
    alone
      .after(asked(at('02:00:00.001')))
      .when(asked(at('02:30')))
      .emitsLike([told('manager', 1, at('02:30'))]);
  });
});

describe('the instants at which asking makes sense', () => {
  const checksIn = (request: ServiceRequest) =>
    request.status === 'notFiled' ? [] : request.obligations.flatMap((each) => checksOf(each, isSettled(request)));

  it('are the warnings, a millisecond after due, and the steps', () =>
    expect(checksIn(waiting.state)).toEqual([
      ...warned.map((warning) => warning.at),
      at('02:00:00.001'),
      at('02:30'),
      at('03:00'),
    ]));

  it('leave out a step after the year 9999, which as text would come first of all', () => {
    const never = { afterMs: 80_000_000 * 60 * MINUTE_MS, to: 'nobody' };
    const patient = programTerms('critical', 'retroactive', { escalation: [...escalation, never] });
    expect(checksIn(given(...filed('critical', patient)).state)).toEqual([
      at('02:00:00.001'),
      at('02:30'),
      at('03:00'),
    ]);
    const missed = given(...filed('critical', patient)).after(asked(at('03:00:00.001')));
    expect(checksIn(missed.after(asked(at('03:00:00.001'))).state)).toEqual([]);
  });

  it('are none once it was answered in time, and the miss alone once it was answered late', () => {
    expect(checksIn(waiting.after(() => [answered(at('01:00'))]).state)).toEqual([]);
    expect(checksIn(waiting.after(() => [answered(at('02:10'))]).state)).toEqual([at('02:00:00.001')]);
  });

  it('each have something to say when nobody asked before, and nothing is ever left to ask in vain', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 }), (minutes) => {
        let story = waiting;
        for (const minute of [...minutes].sort((a, b) => a - b)) {
          const now = instantFromMs(instantToMs(at('00:00')) + minute * MINUTE_MS + 1);
          story = story.after(asked(now));
          expect(checksIn(story.state).filter((check) => check <= now)).toEqual([]);
        }
        for (const check of checksIn(story.state).slice(0, 1))
          expect(story.after(asked(check)).state).not.toEqual(story.state);
      }),
      propertyRuns(),
    );
  });
});
