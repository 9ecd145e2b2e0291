import type { Instant } from '#kernel';
import { answered, at, breached, closed, filed, programTerms, requestId, specify } from '#testing';
import { changeSeverity } from './change-severity.js';
import { checkDeadline, checksOf } from './check-deadline.js';
import { pauseClock } from './pause-clock.js';
import { resumeClock } from './resume-clock.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const terms = programTerms('critical', 'retroactive', { pausesOn: ['customer', 'parts'], warnings: [50] });
const waiting = given(...filed('critical', terms));
const pause =
  (reason: string, now: Instant, pausedAt?: Instant) =>
  (request: ServiceRequest): ReturnType<typeof pauseClock> =>
    pauseClock({ reason, pausedAt, now }, request);
const paused = (reason: string, pausedAt: Instant, recordedAt: Instant, untilDueMs: number | null) =>
  ({ type: 'ClockPaused', data: { requestId, reason, pausedAt, recordedAt, untilDueMs } }) as const;

describe('pausing the clock', () => {
  it('leaves what it stops without a due time, a warning or a timer, and remembers what was due (E55, R7)', () => {
    const stopped = waiting.after(pause('customer', at('01:30')));
    expect(stopped.state).toMatchObject({
      pauses: [{ from: at('01:30'), to: null, reason: 'customer' }],
      obligations: [
        {
          state: 'paused',
          serviceLevelAgreement: { expirationTime: null },
          warnings: [],
          suspended: { pausedAt: at('01:30'), dueAt: at('02:00') },
        },
      ],
    });
    const [obligation] = stopped.state.status === 'notFiled' ? [] : stopped.state.obligations;
    expect(obligation && checksOf(obligation, false)).toEqual([]);
    stopped
      .when((request) =>
        checkDeadline({ obligation: { kind: 'programFirstResponse', cycle: 1 }, now: at('09:00') }, request),
      )
      .emitsNothing();
  });

  it('records how near the deadline was that it stops', () => {
    waiting.when(pause('customer', at('01:59:59'))).emits([paused('customer', at('01:59:59'), at('01:59:59'), 1_000)]);
  });

  it('stops only the promises that list the reason, and is recorded all the same', () => {
    waiting.when(pause('holiday', at('01:00'))).emits([paused('holiday', at('01:00'), at('01:00'), null)]);
    expect(waiting.after(pause('holiday', at('01:00'))).state).toMatchObject({
      pauses: [{ reason: 'holiday' }],
      obligations: [{ state: 'open', serviceLevelAgreement: { expirationTime: at('02:00') } }],
    });
  });

  it('may overlap with one for another reason; the clock stopped with the first', () => {
    expect(waiting.after(pause('customer', at('01:00'))).after(pause('parts', at('01:10'))).state).toMatchObject({
      pauses: [{ reason: 'customer' }, { reason: 'parts' }],
      obligations: [{ suspended: { pausedAt: at('01:00') } }],
    });
  });

  it('stood earlier where a second reason is claimed from before the first: what was left then is left again', () => {
    const fromChange = programTerms('critical', 'fromChange', { pausesOn: ['customer', 'parts'] });
    given(...filed('critical', fromChange))
      .after(pause('customer', at('01:10')))
      .after(pause('parts', at('01:12'), at('01:00')))
      .when((request) => resumeClock({ now: at('03:00') }, () => fromChange, request))
      .emitsLike([{}, { data: { serviceLevelAgreement: { expirationTime: at('04:00') } } }]);
  });

  it('is refused while it is paused for this reason already', () =>
    waiting
      .after(pause('customer', at('01:00')))
      .when(pause('customer', at('01:10')))
      .refuses({ kind: 'conflict', code: 'clock-paused-already' }));

  it('takes a claim of up to 15 minutes ago, not of before the severity last changed or the request was filed', () => {
    waiting
      .when(pause('customer', at('01:00'), at('00:45')))
      .emits([paused('customer', at('00:45'), at('01:00'), 3_600_000)]);
    const refusal = { kind: 'invalid', code: 'validation', pointers: ['#/pausedAt'] } as const;
    waiting.when(pause('customer', at('01:00'), at('00:44:59.999'))).refuses(refusal);
    waiting.when(pause('customer', at('01:00'), at('01:00:00.001'))).refuses(refusal);
    waiting.when(pause('customer', at('00:10'), at('2026-07-12T23:59'))).refuses(refusal);
    waiting
      .after((request) =>
        changeSeverity({ impact: 'minimal', reason: 'Milder', now: at('00:55') }, () => terms, request),
      )
      .when(pause('customer', at('01:00'), at('00:54')))
      .refuses(refusal);
  });

  it('dodges no miss: what is overdue when it is recorded stays so, whatever is claimed (R9)', () => {
    const late = waiting.after(pause('customer', at('02:00:00.001'), at('01:50')));
    expect(late.state).toMatchObject({ obligations: [{ state: 'open' }] });
    late
      .when((request) =>
        checkDeadline({ obligation: { kind: 'programFirstResponse', cycle: 1 }, now: at('02:01') }, request),
      )
      .emitsLike([{ type: 'ResponseBreached', data: { dueAt: at('02:00') } }, {}]);
  });

  it('stops nothing that has no time left: due is due, as a quote has it (R5)', () => {
    waiting.when(pause('customer', at('02:00'))).emits([paused('customer', at('02:00'), at('02:00'), null)]);
    const dueAlready = waiting.after(pause('customer', at('02:00')));
    expect(dueAlready.state).toMatchObject({
      obligations: [{ state: 'open', serviceLevelAgreement: { expirationTime: at('02:00') } }],
    });
    expect(waiting.after(pause('customer', at('02:00'), at('01:59:59.999'))).state).toMatchObject({
      obligations: [{ state: 'paused' }],
    });
  });

  it('changes nothing about what was kept or missed', () => {
    const done = [answered(at('01:00')), breached(at('02:00'), at('02:00:00.001'), 'critical')];
    for (const event of done)
      expect(given(...filed('critical', terms), event).after(pause('customer', at('03:00'))).state).toMatchObject({
        obligations: [{ state: event.type === 'ResponseBreached' ? 'breached' : 'met' }],
      });
  });

  it('is answered in time while it lasts', () =>
    expect(waiting.after(pause('customer', at('01:00'))).after(() => [answered(at('09:00'))]).state).toMatchObject({
      obligations: [{ state: 'met' }],
    }));

  it('needs a request that is filed and open', () => {
    given()
      .when(pause('customer', at('01:00')))
      .refuses({ kind: 'not-found', code: 'service-request-not-found' });
    given(...filed('critical', terms), closed(at('00:30')))
      .when(pause('customer', at('01:00')))
      .refuses({ kind: 'conflict', code: 'service-request-settled' });
  });
});
