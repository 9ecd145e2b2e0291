import type { Instant } from '#kernel';
import {
  answered,
  aroundTheClock,
  at,
  breached,
  closed,
  filed,
  firstResponse,
  nextResponse,
  programTerms,
  promised,
  reopened,
  specify,
  termsOf,
} from '#testing';
import { TRUSTED_CLAIM_MS } from './claimed-time.js';
import { giveResponse } from './give-response.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const answer = (now: Instant, respondedAt?: Instant) => (request: ServiceRequest) =>
  giveResponse({ text: 'We are on it.', now, respondedAt }, aroundTheClock, request);
const obligations = (...obligations: readonly object[]) => ({ obligations });
const notCredible = { kind: 'invalid', code: 'validation', pointers: ['#/respondedAt'] } as const;

describe('giving a response', () => {
  it('is the first response while that is owed, as of now', () =>
    given(...filed('critical'))
      .when(answer(at('01:00')))
      .emits([answered(at('01:00'))]));

  it('keeps the promise up to the instant that it is due, and a millisecond later no more (E48)', () => {
    expect(given(...filed('critical')).after(answer(at('02:00:00.000'))).state).toMatchObject(
      obligations({ state: 'met' }),
    );
    expect(given(...filed('critical')).after(answer(at('02:00:00.001'))).state).toMatchObject(
      obligations({ state: 'open', respondedAt: at('02:00:00.001') }),
    );
  });

  it('was given when the trusted clock says so, but not before the request was filed (E47)', () => {
    const answerBy = (now: Instant, trusted: Instant) => (request: ServiceRequest) =>
      giveResponse({ text: 'We are on it.', now, trusted }, aroundTheClock, request);
    const waiting = given(...filed('critical'));
    waiting.when(answerBy(at('02:00:30'), at('01:59'))).emits([answered(at('01:59'), at('02:00:30'))]);
    waiting.when(answerBy(at('00:00:30'), at('2026-07-12T23:59'))).emits([answered(at('00:00'), at('00:00:30'))]);
  });

  it('turns the request to the customer', () => {
    expect(given(...filed('critical')).after(answer(at('01:00'))).state).toMatchObject({ status: 'waitingOnCustomer' });
  });

  it('answers nothing that was answered before', () =>
    given(...filed('critical'), answered(at('01:00')))
      .when(answer(at('01:30')))
      .emits([{ ...answered(at('01:30'), at('01:30'), []), type: 'ResponseGiven' }]));

  it('keeps the first answer as the one that counts', () => {
    const { state } = given(...filed('critical'))
      .after(answer(at('02:30')))
      .after(answer(at('02:40')));
    expect(state).toMatchObject(obligations({ respondedAt: at('02:30') }));
  });

  it('answers the next cycle after a reopening, not the first again (E40)', () => {
    const nextDue = promised({ key: nextResponse, startTime: at('03:00'), dueAt: at('05:00'), severity: 'critical' });
    const again = given(
      ...filed('critical'),
      answered(at('01:00')),
      closed(at('02:00')),
      reopened(at('03:00')),
      nextDue,
    );
    again
      .when(answer(at('04:00')))
      .emits([
        { ...answered(at('04:00'), at('04:00'), [{ ...nextResponse, startTime: at('03:00') }]), type: 'ResponseGiven' },
      ]);
    expect(again.after(answer(at('04:00'))).state).toMatchObject(
      obligations({ state: 'met', respondedAt: at('01:00') }, { state: 'met', respondedAt: at('04:00') }),
    );
  });

  it('answers no promise of a resolution', () => {
    const terms = termsOf({ budgetMs: 7_200_000, obligation: 'resolution' });
    const resolution = promised({
      key: { kind: 'resolution', cycle: 1 },
      severity: 'critical',
      dueAt: at('02:00'),
      terms,
    });
    given(...filed('critical', programTerms('critical')).slice(0, 2), resolution)
      .when(answer(at('01:00')))
      .emitsLike([{ type: 'ResponseGiven', data: { answers: [] } }]);
  });

  it('needs a request that is filed and open', () => {
    given()
      .when(answer(at('01:00')))
      .refuses({ kind: 'not-found', code: 'service-request-not-found' });
    given(...filed('critical'), closed(at('00:30')))
      .when(answer(at('01:00')))
      .refuses({ kind: 'conflict', code: 'service-request-settled' });
  });
});

describe('a claim that the customer was answered earlier', () => {
  it('counts as of then, and both times are recorded (E49)', () =>
    given(...filed('critical'))
      .when(answer(at('02:05'), at('01:59')))
      .emits([answered(at('01:59'), at('02:05'))]));

  it('leaves a breach that was recorded meanwhile as it stands (E49, R9)', () => {
    const { state } = given(...filed('critical'), breached(at('02:00'), at('02:00:00.001'), 'critical')).after(
      answer(at('02:05'), at('01:59')),
    );
    expect(state).toMatchObject(
      obligations({ ...firstResponse, state: 'breached', respondedAt: at('01:59'), breach: { dueAt: at('02:00') } }),
    );
  });

  it('is trusted for exactly fifteen minutes', () => {
    expect(TRUSTED_CLAIM_MS).toBe(900_000);
    given(...filed('critical'))
      .when(answer(at('01:15'), at('01:00')))
      .emits([answered(at('01:00'), at('01:15'))]);
    given(...filed('critical'))
      .when(answer(at('01:15:00.001'), at('01:00')))
      .refuses(notCredible);
  });

  it('may be now, but not in the future', () => {
    given(...filed('critical'))
      .when(answer(at('01:00'), at('01:00')))
      .emits([answered(at('01:00'))]);
    given(...filed('critical'))
      .when(answer(at('01:00'), at('01:00:00.001')))
      .refuses(notCredible);
  });

  it('may be the filing, but not before it', () => {
    given(...filed('critical'))
      .when(answer(at('00:05'), at('00:00')))
      .emits([answered(at('00:00'), at('00:05'))]);
    given(...filed('critical'))
      .when(answer(at('00:05'), at('2026-07-12T23:59:59.999')))
      .refuses(notCredible);
  });

  it('cannot answer a reopening from before it', () => {
    const nextDue = promised({ key: nextResponse, startTime: at('03:00'), dueAt: at('05:00'), severity: 'critical' });
    const again = given(
      ...filed('critical'),
      answered(at('01:00')),
      closed(at('02:00')),
      reopened(at('03:00')),
      nextDue,
    );
    again.when(answer(at('03:05'), at('02:59:59.999'))).refuses(notCredible);
    again
      .when(answer(at('03:05'), at('03:00')))
      .emitsLike([{ type: 'ResponseGiven', data: { respondedAt: at('03:00'), answers: [nextResponse] } }]);
  });
});
