import type { CustomerId, Instant, RequestId } from '#kernel';
import type { Impact, Terms } from '#service-level';
import { answered, at, breached, closed, filedDetails, programTerms, requestId, specify, termsOf } from '#testing';
import { fileRequest } from './file-request.js';
import { changeSeverity } from './change-severity.js';
import { absorbDuplicate, settleAsMerged } from './merge.js';
import { pauseClock } from './pause-clock.js';
import { reopenRequest } from './reopen-request.js';
import { resumeClock } from './resume-clock.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';
import { mustBeFiled } from './refusals.js';

const given = specify({ initial: notFiled, evolve });
const otherId = '01980000-0000-7000-8000-000000000002' as RequestId;
const request = (id: RequestId, filedAt: Instant, impact: Impact, terms: readonly Terms[] = [programTerms(impact)]) =>
  given().after((state) => fileRequest({ requestId: id, impact, terms, details: { ...filedDetails, filedAt } }, state));
const absorb = (duplicate: ServiceRequest, now: Instant) => (survivor: ServiceRequest) =>
  absorbDuplicate({ duplicate: mustBeFiled(duplicate), now }, survivor);
const merge =
  (now: Instant, into: RequestId = requestId) =>
  (duplicate: ServiceRequest): ReturnType<typeof settleAsMerged> =>
    settleAsMerged({ into, now }, duplicate);

const survivor = request(requestId, at('09:00'), 'minimal');
const duplicate = request(otherId, at('10:00'), 'critical');
const absorbedAt = (time: string) => ({
  type: 'DuplicateAbsorbed',
  data: { requestId, duplicateId: otherId, absorbedAt: at(time) },
});
const absorbed = absorbedAt('10:30');

describe('absorbing a duplicate', () => {
  it('takes over its earlier promise as it is and its higher severity: due 12:00, A (E44)', () => {
    survivor.when(absorb(duplicate.state, at('10:30'))).emitsLike([
      absorbed,
      { type: 'SeverityAssigned', data: { requestId, from: 'minimal', impact: 'critical' } },
      {
        type: 'FirstResponseDue',
        data: {
          requestId,
          cycle: 1,
          revision: 2,
          severity: 'critical',
          serviceLevelAgreement: { startTime: at('10:00'), expirationTime: at('12:00'), slaMinutes: 120 },
        },
      },
    ]);
    expect(survivor.after(absorb(duplicate.state, at('10:30'))).state).toMatchObject({
      severity: { impact: 'critical' },
      absorbed: [otherId],
      obligations: [{ state: 'open', serviceLevelAgreement: { expirationTime: at('12:00') } }],
    });
  });

  it('keeps its own promise where that is due first, and its severity where that is higher', () => {
    const late = request(otherId, at('10:00'), 'minimal');
    request(requestId, at('09:00'), 'critical')
      .when(absorb(late.state, at('10:30')))
      .emitsLike([absorbed]);
  });

  it.each([
    ['before its own miss is found', []],
    ['after', [breached(at('11:00'), at('11:00:01'), 'critical')]],
  ] as const)('takes over what runs where its own is overdue, as a cycle of its own, %s', (_, found) => {
    const overdue = request(requestId, at('09:00'), 'critical').after(() => found);
    overdue
      .when(absorb(duplicate.state, at('11:30')))
      .emitsLike([absorbedAt('11:30'), { data: { cycle: 2, serviceLevelAgreement: { expirationTime: at('12:00') } } }]);
  });

  it('keeps its own where both are due at one instant', () =>
    request(requestId, at('10:00'), 'critical')
      .when(absorb(duplicate.state, at('10:30')))
      .emitsLike([absorbed]));

  it('takes over the warnings that are still to be told, also the one of this very instant', () => {
    const warning = programTerms('critical', 'retroactive', { warnings: [25, 50, 75] });
    survivor
      .when(absorb(request(otherId, at('10:00'), 'critical', [warning]).state, at('11:00')))
      .emitsLike([{}, {}, { data: { warnings: [{ percent: 50 }, { percent: 75 }] } }]);
  });

  it('leaves its own promise as mild as it was, also when that stands and runs again (R8 is no matter here)', () => {
    const mild = () => programTerms('minimal');
    const kept = survivor
      .after(absorb(request(otherId, at('16:00'), 'critical').state, at('16:10')))
      .after(() => [closed(at('16:20'))])
      .after((state) => reopenRequest({ reason: 'Back', now: at('16:30') }, mild, state));
    expect(kept.state).toMatchObject({
      severity: { impact: 'critical' },
      obligations: [{ severity: 'minimal', serviceLevelAgreement: { expirationTime: at('17:10') } }],
    });
  });

  it.each([
    ['runs on', [], 'open', at('12:00')],
    ['stands too where its own policy lists the reason', ['parts'], 'paused', at('12:30')],
  ] as const)('takes over beside its own that stands, as a cycle of its own: it %s', (_, pausesOn, state, dueAt) => {
    const [own, theirs] = [
      programTerms('minimal', 'retroactive', { pausesOn: ['parts'] }),
      programTerms('critical', 'retroactive', { pausesOn }),
    ];
    const merged = request(requestId, at('09:00'), 'minimal', [own])
      .after((before) => pauseClock({ reason: 'parts', now: at('09:10') }, before))
      .after(absorb(request(otherId, at('10:00'), 'critical', [theirs]).state, at('10:30')));
    expect(merged.state).toMatchObject({ obligations: [{ state: 'paused' }, { cycle: 2, state }] });
    const termsOf = ({ cycle }: { readonly cycle: number }) => (cycle === 1 ? own : theirs);
    expect(merged.after((before) => resumeClock({ now: at('11:00') }, termsOf, before)).state).toMatchObject({
      obligations: [
        { serviceLevelAgreement: { expirationTime: at('18:50') } },
        { serviceLevelAgreement: { expirationTime: dueAt } },
      ],
    });
  });

  it('counts what the promise lived through: pauses of the duplicate before the merge, its own from then on', () => {
    const terms = programTerms('minimal', 'retroactive', { pausesOn: ['parts'], budgetMs: 4 * 3_600_000 });
    const pausing = (reason: string, from: Instant, to: Instant) => (state: ServiceRequest) => {
      const paused = pauseClock({ reason, now: from }, state).reduce(evolve, state);
      return [...pauseClock({ reason, now: from }, state), ...resumeClock({ now: to }, () => terms, paused)];
    };
    const paused = request(otherId, at('10:00'), 'minimal', [terms]).after(pausing('parts', at('10:10'), at('10:20')));
    const answeredBefore = request(requestId, at('09:00'), 'minimal')
      .after(pausing('parts', at('09:00'), at('10:15')))
      .after(() => [answered(at('10:25'))]);
    answeredBefore
      .after(absorb(paused.state, at('10:30')))
      .after(pausing('parts', at('11:00'), at('11:05')))
      .when((state) =>
        changeSeverity(
          { impact: 'critical', reason: 'Worse', now: at('11:30') },
          () => ({ ...terms, budgetMs: 7_200_000 }),
          state,
        ),
      )
      .emitsLike([
        { type: 'SeverityAssigned' },
        { type: 'FirstResponseDue', data: { cycle: 2, serviceLevelAgreement: { expirationTime: at('12:15') } } },
      ]);
  });

  it('hands a promise to a clock that stands for a reason that stops it: it stands too', () => {
    const terms = programTerms('minimal', 'retroactive', { pausesOn: ['parts'] });
    const standing = request(requestId, at('09:00'), 'minimal')
      .after(() => [answered(at('09:10'))])
      .after((state) => pauseClock({ reason: 'parts', now: at('09:30') }, state))
      .after(absorb(request(otherId, at('10:00'), 'minimal', [terms]).state, at('10:30')));
    expect(standing.state).toMatchObject({
      obligations: [{}, { state: 'paused', suspended: { pausedAt: at('10:30'), dueAt: at('18:00') } }],
    });
    standing
      .when((state) => resumeClock({ now: at('11:00') }, () => terms, state))
      .emitsLike([{}, { data: { serviceLevelAgreement: { expirationTime: at('18:30') } } }]);
  });

  it('takes over what it has not promised itself, or has done already, as a cycle of its own', () => {
    const both = request(otherId, at('10:00'), 'minimal', [
      programTerms('minimal'),
      termsOf({ budgetMs: 86_400_000, obligation: 'resolution' }),
    ]);
    survivor
      .after(() => [answered(at('10:10'))])
      .when(absorb(both.state, at('10:30')))
      .emitsLike([
        absorbed,
        { type: 'FirstResponseDue', data: { cycle: 2, revision: 1 } },
        { type: 'ResolutionDue', data: { cycle: 1, revision: 1 } },
      ]);
  });

  it('refuses the request of another customer, which is owed its own answer', () => {
    const details = { ...filedDetails, customerId: 'adatum' as CustomerId, filedAt: at('10:00') };
    const strangers = given().after((state) =>
      fileRequest({ requestId: otherId, impact: 'minimal', terms: [programTerms('minimal')], details }, state),
    );
    survivor.when(absorb(strangers.state, at('10:30'))).refuses({ kind: 'conflict', code: 'merge-across-customers' });
  });

  it('takes over nothing that was answered or missed: that is judged where it was promised', () => {
    const missed = duplicate.after(() => [breached(at('12:00'), at('12:00:00.001'), 'critical')]);
    survivor.when(absorb(missed.state, at('12:30'))).emitsLike([{}, { type: 'SeverityAssigned' }]);
    survivor.when(absorb(duplicate.state, at('12:30'))).emitsLike([{}, { type: 'SeverityAssigned' }]);
    survivor
      .when(absorb(duplicate.after(() => [answered(at('10:10'))]).state, at('10:30')))
      .emitsLike([{}, { type: 'SeverityAssigned' }]);
  });

  it('happens once, however often it is asked', () =>
    survivor
      .after(absorb(duplicate.state, at('10:30')))
      .when(absorb(duplicate.state, at('10:31')))
      .emitsNothing());

  it('refuses itself, what is settled, and a merge the other way round', () => {
    survivor.when(absorb(survivor.state, at('10:30'))).refuses({ kind: 'conflict', code: 'merge-into-itself' });
    const settled = { kind: 'conflict', code: 'service-request-settled' } as const;
    survivor.when(absorb(duplicate.after(() => [closed(at('10:10'))]).state, at('10:30'))).refuses(settled);
    survivor
      .after(() => [closed(at('10:10'))])
      .when(absorb(duplicate.state, at('10:30')))
      .refuses(settled);
    duplicate
      .when(absorb(survivor.after(absorb(duplicate.state, at('10:30'))).state, at('10:31')))
      .refuses({ kind: 'conflict', code: 'merge-cycle' });
  });
});

describe('settling the duplicate', () => {
  it('closes it and says where to go on; its clock stands', () => {
    duplicate
      .when(merge(at('10:30')))
      .emits([{ type: 'RequestMerged', data: { requestId: otherId, into: requestId, mergedAt: at('10:30') } }]);
    expect(duplicate.after(merge(at('10:30'))).state).toMatchObject({
      status: 'closed',
      mergedInto: requestId,
      obligations: [{ state: 'paused' }],
    });
  });

  it('does nothing a second time, and is refused for another one', () => {
    const merged = duplicate.after(merge(at('10:30')));
    merged.when(merge(at('10:31'))).emitsNothing();
    merged
      .when(merge(at('10:31'), '01980000-0000-7000-8000-000000000003' as RequestId))
      .refuses({ kind: 'conflict', code: 'service-request-merged' });
  });

  it('cannot be undone by reopening', () =>
    duplicate
      .after(merge(at('10:30')))
      .when((state) => reopenRequest({ reason: 'Back', now: at('11:00') }, () => programTerms('critical'), state))
      .refuses({ kind: 'conflict', code: 'service-request-merged' }));

  it('leaves exactly one of two that were merged into each other at one time', () => {
    const first = survivor.after(absorb(duplicate.state, at('10:30')));
    const second = duplicate.after((state) =>
      // As read before the other merge was recorded.
      absorbDuplicate({ duplicate: mustBeFiled(survivor.state), now: at('10:30') }, state),
    );
    first.when(merge(at('10:30'), otherId)).emitsNothing();
    second.when(merge(at('10:30'))).emitsLike([{ type: 'RequestMerged', data: { requestId: otherId } }]);
  });
});
