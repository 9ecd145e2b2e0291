import type { Instant } from '#kernel';
import { answered, aroundTheClock, at, breached, closed, filed, promised, requestId, specify, termsOf } from '#testing';
import { checkDeadline } from './check-deadline.js';
import { reopenRequest } from './reopen-request.js';
import { closeRequest, resolveRequest } from './settle-request.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const resolve = (now: Instant) => (request: ServiceRequest) =>
  resolveRequest({ summary: 'Restarted', now }, aroundTheClock, request);
const close = (now: Instant) => (request: ServiceRequest) => closeRequest({ reason: 'Withdrawn', now }, request);
const settled = { kind: 'conflict', code: 'service-request-settled' } as const;
const unknown = { kind: 'not-found', code: 'service-request-not-found' } as const;

describe('resolving a request', () => {
  it('records what helped', () =>
    given(...filed('critical'))
      .when(resolve(at('01:00')))
      .emits([
        { type: 'RequestResolved', data: { requestId, summary: 'Restarted', resolvedAt: at('01:00'), resolves: [] } },
      ]));

  it('needs a request that is filed and open', () => {
    given()
      .when(resolve(at('01:00')))
      .refuses(unknown);
    given(...filed('critical'))
      .after(resolve(at('01:00')))
      .when(resolve(at('01:10')))
      .refuses(settled);
    given(...filed('critical'), closed(at('01:00')))
      .when(resolve(at('01:10')))
      .refuses(settled);
  });
});

describe('resolving what was promised to be solved', () => {
  const terms = termsOf({ budgetMs: 14_400_000, obligation: 'resolution' });
  const promisedBoth = given(
    ...filed('critical'),
    promised({ key: { kind: 'resolution', cycle: 1 }, dueAt: at('04:00'), severity: 'critical', terms }),
  );
  const asked = (now: Instant) => (request: ServiceRequest) =>
    checkDeadline({ obligation: { kind: 'resolution', cycle: 1 }, now }, request);

  it('keeps the promise at due, and breaks it a millisecond later (R6)', () => {
    expect(promisedBoth.after(resolve(at('04:00'))).state).toMatchObject({
      obligations: [{}, { kind: 'resolution', state: 'met', respondedAt: at('04:00') }],
    });
    const late = promisedBoth.after(resolve(at('04:00:00.001')));
    late
      .when(asked(at('05:00')))
      .emitsLike([{ type: 'ResolutionBreached', data: { dueAt: at('04:00'), respondedAt: at('04:00:00.001') } }, {}]);
  });

  it('was done when the trusted clock says so (E47)', () =>
    expect(
      promisedBoth.after((request) =>
        resolveRequest({ summary: 'Restarted', now: at('04:00:30'), trusted: at('03:59') }, aroundTheClock, request),
      ).state,
    ).toMatchObject({ obligations: [{}, { state: 'met', respondedAt: at('03:59') }] }));

  it('is no response: the one still owed waits (E41)', () =>
    expect(promisedBoth.after(resolve(at('01:00'))).state).toMatchObject({
      obligations: [{ kind: 'programFirstResponse', state: 'paused' }, { state: 'met' }],
    }));

  it('is not done by closing', () =>
    expect(promisedBoth.after(close(at('01:00'))).state).toMatchObject({
      obligations: [{}, { kind: 'resolution', state: 'paused' }],
    }));

  it('is promised anew when the request is reopened, and a next response where the first was given (E40)', () =>
    promisedBoth
      .after(() => [answered(at('00:30'))])
      .after(resolve(at('01:00')))
      .when((request) => reopenRequest({ reason: 'Back', now: at('09:00') }, () => terms, request))
      .emitsLike([
        {},
        { type: 'NextResponseDue', data: { cycle: 1, serviceLevelAgreement: { expirationTime: at('13:00') } } },
        { type: 'ResolutionDue', data: { cycle: 2, serviceLevelAgreement: { expirationTime: at('13:00') } } },
      ]));
});

describe('closing a request', () => {
  it('needs no resolution before it', () =>
    given(...filed('critical'))
      .when(close(at('01:00')))
      .emits([closed(at('01:00'))]));

  it('may follow its resolution', () =>
    given(...filed('critical'))
      .after(resolve(at('00:30')))
      .when(close(at('01:00')))
      .emits([closed(at('01:00'))]));

  it('happens once, to a request that was filed', () => {
    given(...filed('critical'), closed(at('01:00')))
      .when(close(at('01:10')))
      .refuses(settled);
    given()
      .when(close(at('01:00')))
      .refuses(unknown);
  });

  it('stops the clock of what is owed: paused, without a due time (E55, R7)', () => {
    expect(given(...filed('critical')).after(close(at('01:00'))).state).toMatchObject({
      status: 'closed',
      pauses: [{ from: at('01:00'), to: null }],
      obligations: [{ state: 'paused', serviceLevelAgreement: { startTime: at('00:00'), expirationTime: null } }],
    });
  });

  it('stops the clock once, when the resolution did so before (R7)', () => {
    const { state } = given(...filed('critical'))
      .after(resolve(at('00:30')))
      .after(close(at('01:00')));
    expect(state).toMatchObject({ status: 'closed', pauses: [{ from: at('00:30'), to: null }] });
  });

  it('pauses what has a millisecond left, and leaves due what has none (R5)', () => {
    expect(given(...filed('critical')).after(close(at('01:59:59.999'))).state).toMatchObject({
      obligations: [{ state: 'paused' }],
    });
    expect(given(...filed('critical')).after(close(at('02:00'))).state).toMatchObject({
      obligations: [{ state: 'open' }],
    });
  });

  it('takes no breach back (R9)', () => {
    const { state } = given(...filed('critical'), breached(at('02:00'), at('02:00:00.001'), 'critical')).after(
      close(at('03:00')),
    );
    expect(state).toMatchObject({ obligations: [{ state: 'breached', breach: { dueAt: at('02:00') } }] });
  });
});
