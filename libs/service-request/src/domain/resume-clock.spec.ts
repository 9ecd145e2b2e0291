import fc from 'fast-check';
import { type Instant, instantFromMs, instantToMs } from '#kernel';
import { at, closed, filed, programTerms, promised, propertyRuns, requestId, specify } from '#testing';
import { pauseClock } from './pause-clock.js';
import { reopenRequest } from './reopen-request.js';
import { resumeClock } from './resume-clock.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const policies = ['retroactive', 'fromChange'] as const;
const termsUnder = (policy: (typeof policies)[number]) =>
  programTerms('critical', policy, { pausesOn: ['customer', 'parts'], warnings: [50, 75] });
const terms = termsUnder('retroactive');
const pause = (reason: string, now: Instant) => (request: ServiceRequest) => pauseClock({ reason, now }, request);
const resume =
  (now: Instant, more: { reason?: string; resumedAt?: Instant } = {}, under = terms) =>
  (request: ServiceRequest) =>
    resumeClock({ ...more, now }, () => under, request);
const resumed = (reasons: readonly string[], resumedAt: Instant, recordedAt = resumedAt) =>
  ({ type: 'ClockResumed', data: { requestId, reasons, resumedAt, recordedAt } }) as const;

describe('resuming the clock', () => {
  it.each(policies)('gives back what was left when it stopped, %s (R7)', (policy) => {
    const under = termsUnder(policy);
    given(...filed('critical', under))
      .after(pause('customer', at('00:30')))
      .when(resume(at('05:00'), {}, under))
      .emits([
        resumed(['customer'], at('05:00')),
        promised({
          revision: 2,
          severity: 'critical',
          dueAt: at('06:30'),
          terms: under,
          warnings: [
            { percent: 50, at: at('05:30') },
            { percent: 75, at: at('06:00') },
          ],
        }),
      ]);
  });

  it.each(policies)('unites pauses that overlap: it runs again when the last one has ended, %s', (policy) => {
    const under = termsUnder(policy);
    const both = given(...filed('critical', under))
      .after(pause('customer', at('00:30')))
      .after(pause('parts', at('01:00')));
    both.when(resume(at('02:00'), { reason: 'customer' }, under)).emits([resumed(['customer'], at('02:00'))]);
    both
      .after(resume(at('02:00'), { reason: 'customer' }, under))
      .when(resume(at('03:00'), { reason: 'parts' }, under))
      .emitsLike([{}, { data: { serviceLevelAgreement: { expirationTime: at('04:30') } } }]);
    both
      .when(resume(at('03:00'), {}, under))
      .emitsLike([
        { data: { reasons: ['customer', 'parts'] } },
        { data: { serviceLevelAgreement: { expirationTime: at('04:30') } } },
      ]);
  });

  it('leaves alone what the pause had not stopped', () =>
    given(...filed('critical', terms))
      .after(pause('holiday', at('00:30')))
      .when(resume(at('01:00')))
      .emits([resumed(['holiday'], at('01:00'))]));

  it('leaves out the warnings that were past when it stopped, not those it has not told of', () =>
    given(...filed('critical', terms))
      .after(pause('customer', at('01:15')))
      .when(resume(at('02:15')))
      .emitsLike([{}, { data: { warnings: [{ percent: 75, at: at('02:30') }] } }]));

  it.each(policies)('gives nothing back to what was paused at the very instant of due, %s (R5)', (policy) => {
    const under = termsUnder(policy);
    const again = given(...filed('critical', under))
      .after(pause('customer', at('02:00')))
      .after(resume(at('05:00'), {}, under));
    expect(again.state).toMatchObject({
      obligations: [{ state: 'open', serviceLevelAgreement: { expirationTime: at('02:00') } }],
    });
  });

  it('may be claimed within 15 minutes, not before the pause', () => {
    const stopped = given(...filed('critical', terms)).after(pause('customer', at('01:00')));
    stopped
      .when(resume(at('01:20'), { resumedAt: at('01:10') }))
      .emitsLike([
        resumed(['customer'], at('01:10'), at('01:20')),
        { data: { serviceLevelAgreement: { expirationTime: at('02:10') } } },
      ]);
    const refusal = { kind: 'invalid', code: 'validation', pointers: ['#/resumedAt'] } as const;
    stopped.when(resume(at('01:10'), { resumedAt: at('00:59') })).refuses(refusal);
    stopped.when(resume(at('02:00'), { resumedAt: at('01:44') })).refuses(refusal);
  });

  it('is refused while the clock runs, or is paused for another reason', () => {
    const refusal = { kind: 'conflict', code: 'clock-running' } as const;
    given(...filed('critical', terms))
      .when(resume(at('01:00')))
      .refuses(refusal);
    given(...filed('critical', terms))
      .after(pause('customer', at('00:30')))
      .when(resume(at('01:00'), { reason: 'parts' }))
      .refuses(refusal);
  });

  it('keeps a pause through a closing: reopened it still stands, and is due again when resumed (E41, E55)', () => {
    const reopenedAgain = given(...filed('critical', terms))
      .after(pause('customer', at('00:30')))
      .after(() => [closed(at('01:00'))])
      .after((request) => reopenRequest({ reason: 'Back', now: at('03:00') }, () => terms, request));
    expect(reopenedAgain.state).toMatchObject({ status: 'waitingOnPartner', obligations: [{ state: 'paused' }] });
    reopenedAgain
      .when(resume(at('04:00')))
      .emitsLike([{}, { data: { serviceLevelAgreement: { expirationTime: at('05:30') } } }]);
  });

  it('comes to the same whether a pause is one or several that touch, under either policy', () => {
    const minute = (n: number): Instant => instantFromMs(instantToMs(at('00:00')) + n * 60_000);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 119 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...policies),
        (start, lengths, policy) => {
          const under = termsUnder(policy);
          let now = start;
          let story = given(...filed('critical', under));
          for (const length of lengths) {
            story = story.after(pause('customer', minute(now))).after(resume(minute(now + length), {}, under));
            now += length;
          }
          const total = now - start;
          expect(story.state).toMatchObject({
            obligations: [{ state: 'open', serviceLevelAgreement: { expirationTime: minute(120 + total) } }],
          });
        },
      ),
      propertyRuns(),
    );
  });
});
