import { type Calendar, compileCalendar } from '#business-time';
import type { Instant } from '#kernel';
import { aroundTheClock, at, breached, filed, firstResponse, promised, requestId, specify, termsOf } from '#testing';
import { giveResponse } from './give-response.js';
import { pauseClock } from './pause-clock.js';
import type { OpenHoursOf } from './response-time.js';
import { resumeClock } from './resume-clock.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';
import { resolveRequest } from './settle-request.js';

const given = specify({ initial: notFiled, evolve });

const MINUTE_MS = 60_000;
const desk: Calendar = { timeZone: 'UTC', week: { '1': [['01:00', '03:00']] }, holidays: [], overrides: {} };
const deskTerms = termsOf({ budgetMs: 60 * MINUTE_MS, calendar: desk });
const deskHours: OpenHoursOf = () => compileCalendar(desk);

const answer =
  (now: Instant, openHoursOf: OpenHoursOf = aroundTheClock) =>
  (request: ServiceRequest) =>
    giveResponse({ text: 'We are on it.', now }, openHoursOf, request);
const took = (elapsedMs: number | null, clockStood = false) => [
  { data: { answers: [{ ...firstResponse, elapsedMs, clockStood }] } },
];
const pausing = given(...filed('critical', termsOf({ budgetMs: 120 * MINUTE_MS, pausesOn: ['parts'] })));
const pause =
  (now: Instant, pausedAt?: Instant, reason = 'parts') =>
  (request: ServiceRequest) =>
    pauseClock({ reason, now, pausedAt }, request);
const resume = (now: Instant) => (request: ServiceRequest) =>
  resumeClock({ now }, () => termsOf({ budgetMs: 120 * MINUTE_MS, pausesOn: ['parts'] }), request);

describe('the time that an answer takes', () => {
  it('is simply elapsed time around the clock', () =>
    given(...filed('critical'))
      .when(answer(at('01:50:00.001')))
      .emitsLike(took(110 * MINUTE_MS + 1)));

  it('is nothing at the very filing', () =>
    given(...filed('critical'))
      .when(answer(at('00:00')))
      .emitsLike(took(0)));

  it('counts open hours only', () =>
    given(...filed('critical', deskTerms))
      .when(answer(at('01:30'), deskHours))
      .emitsLike(took(30 * MINUTE_MS)));

  it('says so when the clock stood: a budget of just that time had run out at closing (R5)', () => {
    const open = given(...filed('critical', deskTerms));
    open.when(answer(at('03:00'), deskHours)).emitsLike(took(120 * MINUTE_MS));
    open.when(answer(at('03:00:00.001'), deskHours)).emitsLike(took(120 * MINUTE_MS, true));
  });

  it('leaves out the pauses that the promise lists, and no others (R7)', () => {
    pausing
      .after(pause(at('00:30')))
      .after(resume(at('01:00')))
      .when(answer(at('01:10')))
      .emitsLike(took(40 * MINUTE_MS));
    pausing
      .after(pause(at('00:30'), undefined, 'holiday'))
      .when(answer(at('01:10')))
      .emitsLike(took(70 * MINUTE_MS));
  });

  it('ends with the pause that is still open', () =>
    pausing
      .after(pause(at('00:30')))
      .when(answer(at('01:10')))
      .emitsLike(took(30 * MINUTE_MS, true)));

  it('is not made shorter by a pause that was claimed when all was late already', () =>
    pausing
      .after(pause(at('02:05'), at('01:55')))
      .when(answer(at('02:10')))
      .emitsLike(took(120 * MINUTE_MS, true)));

  it('goes on after a miss, until the customer is answered', () =>
    given(...filed('critical'), breached(at('02:00'), at('02:00:00.001'), 'critical'))
      .when(answer(at('02:10')))
      .emitsLike(took(130 * MINUTE_MS)));

  it('is counted from the start of each promise', () => {
    const later = promised({
      key: { kind: 'nextResponse', cycle: 1 },
      startTime: at('00:30'),
      dueAt: at('02:30'),
      severity: 'critical',
    });
    given(...filed('critical'), later)
      .when(answer(at('01:00')))
      .emitsLike([{ data: { answers: [{ elapsedMs: 60 * MINUTE_MS }, { elapsedMs: 30 * MINUTE_MS }] } }]);
  });

  it('is unknown where the calendar is', () =>
    given(...filed('critical'))
      .when(answer(at('01:00'), () => undefined))
      .emitsLike(took(null)));

  it('stands in the view once it is known', () => {
    expect(given(...filed('critical')).after(answer(at('01:00'))).state).toMatchObject({
      obligations: [{ state: 'met', elapsedMs: 60 * MINUTE_MS, clockStood: false }],
    });
    const unmeasured = given(...filed('critical')).after(answer(at('01:00'), () => undefined)).state;
    expect(unmeasured).not.toMatchObject({ obligations: [{ elapsedMs: expect.anything() as unknown }] });
  });
});

describe('the time that a promise of a resolution takes', () => {
  it('ends with the resolution, not with an answer', () => {
    const key = { kind: 'resolution', cycle: 1 } as const;
    const due = promised({ key, dueAt: at('04:00'), severity: 'critical' });
    const { state } = given(...filed('critical'), due)
      .after(answer(at('01:00')))
      .after((request) => resolveRequest({ summary: 'Restarted', now: at('03:00') }, aroundTheClock, request));
    expect(state).toMatchObject({
      requestId,
      obligations: [
        { state: 'met', elapsedMs: 60 * MINUTE_MS },
        { ...key, state: 'met', elapsedMs: 180 * MINUTE_MS },
      ],
    });
  });
});
