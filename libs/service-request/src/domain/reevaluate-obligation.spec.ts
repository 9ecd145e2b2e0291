import type { Instant, RequestId } from '#kernel';
import type { Terms } from '#service-level';
import {
  answered,
  at,
  closed,
  filed,
  firstResponse,
  nextResponse,
  programTerms,
  requestId,
  specify,
  termsOf,
} from '#testing';
import { settleAsMerged } from './merge.js';
import { pauseClock } from './pause-clock.js';
import { reevaluateObligation } from './reevaluate-obligation.js';
import { reopenRequest } from './reopen-request.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const otherId = '01980000-0000-7000-8000-000000000002' as RequestId;
const given = specify({ initial: notFiled, evolve });
const newer = (hours: number): Terms => termsOf({ budgetMs: hours * 3_600_000, version: 2, pausesOn: ['customer'] });
const follow =
  (now: Instant, newest: Terms = newer(3), obligation = firstResponse) =>
  (request: ServiceRequest): ReturnType<typeof reevaluateObligation> =>
    reevaluateObligation({ obligation, reason: 'A new contract', now }, newest, request);

describe('re-evaluating an obligation', () => {
  it('says from which versions to which, and promises anew from the same start (R10)', () =>
    given(...filed('critical'))
      .when(follow(at('01:00')))
      .emitsLike([
        {
          type: 'ObligationReevaluated',
          data: {
            requestId,
            ...firstResponse,
            reason: 'A new contract',
            from: { policy: { id: 'program', version: 1 }, calendar: { id: 'always', version: 1 }, tzdata: '2025b' },
            to: { policy: { id: 'program', version: 2 }, calendar: { id: 'always', version: 1 }, tzdata: '2025b' },
            reevaluatedAt: at('01:00'),
          },
        },
        {
          data: {
            revision: 2,
            policy: { version: 2 },
            serviceLevelAgreement: { startTime: at('00:00'), expirationTime: at('03:00') },
          },
        },
      ]));

  it('finds a miss at once when the new deadline is past', () =>
    given(...filed('critical'))
      .when(follow(at('01:30'), newer(1)))
      .emitsLike([{}, {}, { data: { dueAt: at('01:00'), cause: 'reevaluation' } }, {}]));

  it('leaves a clock that stands where it stopped', () =>
    given(...filed('critical', programTerms('critical', 'retroactive', { pausesOn: ['customer'] })))
      .after((request) => pauseClock({ reason: 'customer', now: at('00:30') }, request))
      .when(follow(at('05:00')))
      .emitsLike([{}, { data: { suspended: { pausedAt: at('00:30'), dueAt: at('03:00') } } }]));

  it('is refused when nothing is newer', () =>
    given(...filed('critical'))
      .when(follow(at('01:00'), programTerms('critical')))
      .refuses({ kind: 'conflict', code: 'nothing-newer' }));

  it('is refused once the promise was kept, or its deadline has passed', () => {
    const refusal = { kind: 'conflict', code: 'obligation-settled' } as const;
    given(...filed('critical'), answered(at('00:30')))
      .when(follow(at('01:00')))
      .refuses(refusal);
    given(...filed('critical'))
      .when(follow(at('02:00:00.001')))
      .refuses(refusal);
  });

  it('gives a promise of a closed request newer versions, so that it can be reopened on them', () => {
    const reopened = given(...filed('critical'), closed(at('00:30')))
      .after(follow(at('01:00')))
      .after((request) => reopenRequest({ reason: 'Back', now: at('02:00') }, () => newer(3), request));
    expect(reopened.state).toMatchObject({
      obligations: [{ state: 'open', policy: { version: 2 }, serviceLevelAgreement: { expirationTime: at('04:30') } }],
    });
  });

  it('needs an obligation of a request that is filed, and not merged into another', () => {
    given(...filed('critical'))
      .when(follow(at('01:00'), newer(3), nextResponse))
      .refuses({ kind: 'not-found', code: 'obligation-not-found' });
    given()
      .when(follow(at('01:00')))
      .refuses({ kind: 'not-found', code: 'service-request-not-found' });
    given(...filed('critical'))
      .after((request) => settleAsMerged({ into: otherId, now: at('00:30') }, request))
      .when(follow(at('01:00')))
      .refuses({ kind: 'conflict', code: 'service-request-merged' });
  });
});
